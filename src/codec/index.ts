// front page of codec
