// front page of preview
