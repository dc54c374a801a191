"""Figures: data in, `matplotlib.figure.Figure` out; nothing is saved but by `save`.

The rooms inside import matplotlib by `import_matplotlib` first; `options` needs none of it.
"""
