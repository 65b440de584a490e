"""Where blobs and commits lie: a bucket or a folder, through one port."""
