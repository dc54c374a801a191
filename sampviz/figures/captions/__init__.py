"""Texts: what is written on a figure, its caption in several formats, and what it cites."""
