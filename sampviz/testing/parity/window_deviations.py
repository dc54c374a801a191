"""Where windows, borders and votes differ from a program, and the numbers that show it."""

import numpy as np

from sampviz.ops.chain import Chain
from sampviz.testing.parity.deviation import Deviation, Numbers
from sampviz.testing.parity.kernels import Array


def _of(chain: str, x: Array) -> Array:
    return Chain.parse(chain)(x)


def _last(chain: str) -> float:
    """Return the last corner of a constant 1 of 5x5 px."""
    return float(_of(chain, np.ones((5, 5)))[-1, -1])


def _nan_window_numbers() -> Numbers:
    return {"ours": _of("adapool", np.array([[np.nan, 1.0], [1.0, 1.0]]))[0, 0]}


def _port_numbers() -> Numbers:
    """Return the sizes of an average with padding, and of ours."""
    sizes = [Chain.parse(text).shape((8, 8))[0] for text in ("avg:p=1", "s3pool:mode=test")]
    return {"theirs": sizes[0], "ours": sizes[1]}


def _median_numbers() -> Numbers:
    window = np.arange(4.0).reshape(2, 2)
    return {"theirs": np.median(window), "ours": _of("median:k=2:p=0", window)[0, 0]}


def _valid_numbers() -> Numbers:
    sizes = [Chain.parse(f"transpose:k=2:s=3:p=0{op}").shape((8, 8))[0] for op in (":op=1", "")]
    return {"theirs": sizes[0], "ours": sizes[1]}


def _reflect_numbers() -> Numbers:
    row = np.arange(4.0).reshape(2, 2)
    theirs, ours = (_of(f"pad:p=1:mode={mode}", row)[1, 0] for mode in ("symmetric", "reflect"))
    return {"theirs": theirs, "ours": ours}


def _votes_numbers() -> Numbers:
    """Return how many pixels have no label with half of the shares: they fell to 0."""
    labels = np.random.default_rng(0).integers(1, 4, (16, 16)).astype(float)
    shares = _of("onehot+resize:f=1.5:filter=spline:order=1:clip=true", labels)
    return {"pixels": (shares.max(axis=0) < 0.5).sum(), "of": shares[0].size}


WINDOW_DEVIATIONS = (
    Deviation(
        ("localmean",),
        "scikit-image (downscale_local_mean)",
        "as there, the last corner of a constant 1 of 5x5 px is {corner:g}",
        "zeros are appended to a whole number of blocks, and count",
        "localmean",
        lambda: {"corner": _last("localmean")},
    ),
    Deviation(
        ("lps",),
        "learnable_polyphase_sampling, the authors' program",
        "as there, the last corner of a constant 1 of 5x5 px is {corner:g} with mode=soft",
        "an odd side gets a row of zeros at its end; that of tips gets a mirrored one at its start",
        "lps:mode=soft",
        lambda: {"corner": _last("lps:mode=soft")},
    ),
    Deviation(
        ("unpool",),
        "torch (max_unpool2d with output_size)",
        "as there, places are read anew with the width of size=: unless it is that of before, rows"
        " shear",
        "a place is one number, of rows one after the other; a warning says it",
        "max+unpool:size=8x9",
        dict,
    ),
    Deviation(
        ("fracmax",),
        "torch (FractionalMaxPool2d, _random_samples)",
        "theirs holds the place of columns first and that of rows second; here u is of rows, v of"
        " columns",
        "the order of rows and columns is that of the array, as everywhere here",
        "fracmax:size=4x4:u=0.7:v=0.3",
        dict,
    ),
    Deviation(
        ("adapool",),
        "adaPool, the authors' program",
        "theirs makes 0 of a window with a NaN; here it is {ours:g}",
        "a sum that is NaN is set to 0 there; here what is missing stays missing",
        "",
        _nan_window_numbers,
    ),
    Deviation(
        ("s3pool",),
        "a port of S3Pool to PyTorch",
        "of 8 px theirs makes {theirs:g} when it does not train; here {ours:g}",
        "it pads its average by half a window, so that training and testing have other sizes",
        "",
        _port_numbers,
    ),
    Deviation(
        ("median",),
        "NumPy, SciPy (median)",
        "of an even number of pixels theirs is the mean of the two in the middle: of 0, 1, 2, 3 it"
        " is {theirs:g}; here {ours:g}",
        "here the lower of the two is kept, as in torch: a value of the image, not a new one",
        "",
        _median_numbers,
    ),
    Deviation(
        ("transpose",),
        "Keras (Conv2DTranspose, padding='valid')",
        "with k=2 and s=3 it makes {theirs:g} of 8 px; here {ours:g}",
        "where the kernel is smaller than the stride it keeps the zeros after the last pixel",
        "transpose:k=2:s=3:p=0:op=1",
        _valid_numbers,
    ),
    Deviation(
        ("pad", "conv", "blur"),
        "OpenCV (BORDER_REFLECT)",
        "its border of that name repeats the edge: before 0, 1 stands {theirs:g}; here, with"
        " reflect, {ours:g}",
        "reflect mirrors about the middle of the edge pixel, as in NumPy and torch, and as"
        " BORDER_REFLECT_101",
        "pad:p=1:mode=symmetric",
        _reflect_numbers,
    ),
    Deviation(
        ("onehot", "argmax"),
        "batchgenerators (resize_segmentation), earlier versions",
        "they made a label 0 where none has half of the shares: {pixels:g} of {of:g} px of random"
        " labels 1, 2, 3; here the largest share wins",
        "labels were written one after the other where their share is 0.5 or more; say which"
        " version made a figure",
        "",
        _votes_numbers,
    ),
)
