"""Where footage comes from: folders and buckets, and whose it is."""
