"""Faster ways for what operations do most: float32 planes, the usual parameters.

One technique a file. Each computes what the operation's own function computes, to rounding, and
the tests hold the two together. A function here returns None for what it does not know.
"""
