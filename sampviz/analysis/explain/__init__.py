"""The arithmetic of a chain on a small matrix, window by window, every sum written out.

How an operation is explained is found by probing it, not by a second copy of its formula: ones
tell the weights; NaN, or of label maps a label of its own, tell which pixels an output sample is
made of.
"""
