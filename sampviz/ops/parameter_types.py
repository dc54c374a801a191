"""The types of parameters that several operations share: bounds, unit and meaning.

Some are there twice: the function of an operation that works along one axis takes the value of
that axis (`Window`), the function of one that works on all axes at once takes the values of all
(`Windows`).
"""

from typing import Annotated

from sampviz.dsp.filter_taps import KERNELS
from sampviz.dsp.sliding_window import Border as BorderWord
from sampviz.ops.conv_weights import check_kernel_axes
from sampviz.ops.parameter import AUTO_WORDS, Param
from sampviz.ops.values import Sizes

_WINDOW = Param(1, 64, "px", "side of the window", AUTO_WORDS, per_axis=True)
_STRIDE = Param(1, 64, "px", "distance between the windows", AUTO_WORDS, per_axis=True)
_DILATION = Param(1, 64, "px", "distance between the taps of a window", per_axis=True)
_PADDING = Param(
    0,
    64,
    "px",
    "padding on every side, TOPxBOTTOMxLEFTxRIGHT, or the rule of Keras",
    words=("same",),
    per_axis=True,
    sides=True,
    in_caption="padding",
)
_FACTOR = Param(
    1,
    64,
    "",
    "how many times smaller or larger",
    AUTO_WORDS,
    per_axis=True,
    is_factor=True,
    in_caption="factor",
)
Window = Annotated[int, _WINDOW]
Windows = Annotated[Sizes, _WINDOW]
Stride = Annotated[int, _STRIDE]
Strides = Annotated[Sizes, _STRIDE]
Offset = Annotated[int, Param(0, 63, "px", "index of the first sample kept", per_axis=True)]
Dilation = Annotated[int, _DILATION]
Dilations = Annotated[Sizes, _DILATION]
Padding = Annotated[int | tuple[int, int] | str, _PADDING]
Paddings = Annotated[tuple[int | tuple[int, int] | str, ...], _PADDING]
Factor = Annotated[int, _FACTOR]
Factors = Annotated[Sizes, _FACTOR]
Count = Annotated[
    int | str,
    Param(
        1,
        2**16,
        "px",
        "number of windows, HxW, sharing the image",
        ("none",),
        per_axis=True,
        in_caption="number of windows, that share the image",
    ),
]
Target = Annotated[
    int | str,
    Param(
        1,
        2**16,
        "px",
        "size of the output, HxW; counts instead of f",
        ("none",),
        per_axis=True,
        in_caption="size of the output",
    ),
]
StepRule = Annotated[
    str,
    Param(
        meaning="new pixels share the span of the old ones, or are 1/f apart",
        words=("size", "f"),
        in_caption="rule of the distance of new pixels",
    ),
]
_DECIMAL_FACTOR = Param(
    1,
    64,
    "",
    "how many times smaller or larger, decimals too",
    AUTO_WORDS,
    per_axis=True,
    is_factor=True,
    decimals=True,
    in_caption="factor",
)
DecimalFactor = Annotated[int, _DECIMAL_FACTOR]
DecimalFactors = Annotated[Sizes, _DECIMAL_FACTOR]
Side = Annotated[int, Param(1, 64, "px", "side of the kernel")]
Ceil = Annotated[bool, Param(meaning="keep a last window that reaches beyond the edge")]
Border = Annotated[
    BorderWord,
    Param(meaning="what lies beyond the edge", words=("zero", "reflect", "edge", "wrap")),
]
KernelName = Annotated[str, Param(meaning="weights known by name", words=KERNELS)]
KernelFile = Annotated[
    str,
    Param(
        meaning="weights, k x k or made x taken x k x k",
        is_path=True,
        in_caption="weights",
        check_axes=check_kernel_axes,
    ),
]
BiasFile = Annotated[str, Param(meaning="added to each channel: an array", is_path=True)]
Seed = Annotated[int, Param(0, 2**31 - 1, "", "seed of kernel=random")]
Mode = Annotated[
    str,
    Param(
        meaning="the right way, or the authors' program",
        words=("corrected", "faithful"),
        in_caption="variant",
    ),
]
