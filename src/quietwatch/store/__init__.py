"""Where results live: whole files in a folder, objects in a folder or a bucket."""
