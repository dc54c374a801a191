"""Panels: what one cell of a figure shows, and the rows that panels stand in."""
