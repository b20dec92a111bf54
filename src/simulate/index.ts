// front page of simulate
