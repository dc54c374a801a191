"""Numbers about an image and a chain; nothing is drawn."""
