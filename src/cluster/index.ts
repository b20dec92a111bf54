// front page of cluster
