// front page of store
