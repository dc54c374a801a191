"""Components of label maps: which of them are left after a chain, and how much of each.

A component is a set of connected pixels of a label, such as a lesion. Outputs are held against the
map by the exact overlap of their cells with its pixels.
"""
