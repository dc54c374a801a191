"""The worked examples of the lecture slides, and the matrices that other operations start from."""

import numpy as np

LAPLACIAN = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0.0]])
# Of the slides' 5x5 picture only the edges are known to us: 3 -3 -1; -2 3 -3; -3 2 3. This is one
# of the pictures of zeros and ones that have exactly those.
PICTURE = np.array(
    [[0, 1, 0, 1, 0], [0, 0, 1, 1, 0], [1, 1, 0, 1, 0], [0, 1, 0, 0, 1], [0, 0, 1, 1, 0.0]]
)
COUNTED = np.array([[0, 1], [2, 3.0]])  # input and kernel of the slides' transposed convolution
# Chosen so that its spectrum has halves at most, and every window one largest pixel.
PIXELS = np.array([[4, 5, 2, 3], [1, 0, 9, 4], [6, 1, 8, 7], [5, 2, 5, 2.0]])

# In an explanation a convolution moves by one pixel and pads nothing, unless it is told to.
PLAIN: dict[str, dict[str, str]] = {"conv": {"s": "1", "p": "0"}, "transpose": {"s": "1"}}

EXAMPLES = (
    (
        "conv",
        "the slides' 3x3 feature map: the Laplacian of a 5x5 picture, one of those that have it",
    ),
    ("transpose", "the slides' transposed convolution of 0 1;2 3 with itself"),
    ("transpose -s 2", "the same with stride 2"),
    ("conv+transpose", "the feature map transposed: the size comes back, the values do not"),
    ("conv -s 2", "strided convolution: every second window"),
    ("max", "the largest of each window; min and median too"),
    ("avg", "the mean of each window; blur, softpool, dpp too"),
    ("max+unpool", "max pooling and its switches, and back"),
    ("nearest", "repeated samples; zeros and avgunpool too"),
    ("bilinear", "the weights of the four neighbours; bicubic, lanczos and sinc too"),
    ("flc", "the spectrum of a 4x4, the part that is kept, the waves that are added"),
    ('"maxblur+flc" --input "0 1 2;3 4 5;6 7 8"', "any chain of any small matrix"),
)
