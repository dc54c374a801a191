"""Figures: data in, `matplotlib.figure.Figure` out; nothing is saved but by `save`."""
