"""Faster ways for what operations do most: float32 planes, the usual parameters.

One technique a file. Each computes what the operation's own function computes, to rounding, and
the tests hold the two together. A function here is given a size and parameters; it returns a
kernel, which takes arrays of that size, or None for what it does not know.

They are imported where they are used: OpenCV takes 65 ms, and `sampviz ops` runs nothing.
"""
