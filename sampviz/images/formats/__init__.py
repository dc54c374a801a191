"""File formats: how each is recognised, checked and read."""
