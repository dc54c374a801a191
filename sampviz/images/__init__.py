"""Images: an array with its geometry, and every way to get one from a file or into one."""
