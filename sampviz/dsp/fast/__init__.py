"""Fast paths for planes and volumes of float32 and float64, the usual parameters.

One technique a file. Each computes what the operation's own function computes, to rounding, and
the tests compare the two. A function here plans for a size and parameters; it returns a function
of arrays of that size, or None for parameters that it does not handle.

They are imported where they are used: OpenCV takes 65 ms, and `sampviz ops` runs nothing.
"""
