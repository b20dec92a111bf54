// front page of web
