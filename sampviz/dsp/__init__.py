"""Signal processing on plain arrays; the last axes are those in space, the others are channels."""
