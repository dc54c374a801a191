"""The types of parameters that several operations share: bounds, unit and meaning.

Some are there twice: the function of an operation that works along one axis takes the value of
that axis (`Window`), the function of one that works on all axes at once takes the values of all
(`Windows`).
"""

from typing import Annotated

from sampviz.dsp.filter_taps import KERNELS
from sampviz.dsp.sliding_window import Border as BorderWord
from sampviz.ops.parameter import AUTO_WORDS, Param, Sizes

_WINDOW = Param(1, 64, "px", "side of the window", AUTO_WORDS, per_axis=True)
_STRIDE = Param(1, 64, "px", "distance between the windows", AUTO_WORDS, per_axis=True)
_DILATION = Param(1, 64, "px", "distance between the taps of a window", per_axis=True)
_PADDING = Param(
    0, 64, "px", "padding on every side, or the rule of Keras", words=("same",), per_axis=True
)
_FACTOR = Param(
    1, 64, "", "how many times smaller or larger", AUTO_WORDS, per_axis=True, is_factor=True
)
Window = Annotated[int, _WINDOW]
Windows = Annotated[Sizes, _WINDOW]
Stride = Annotated[int, _STRIDE]
Strides = Annotated[Sizes, _STRIDE]
Offset = Annotated[int, Param(0, 63, "px", "index of the first sample kept", per_axis=True)]
Dilation = Annotated[int, _DILATION]
Dilations = Annotated[Sizes, _DILATION]
Padding = Annotated[int | str, _PADDING]
Paddings = Annotated[tuple[int | str, ...], _PADDING]
Factor = Annotated[int, _FACTOR]
Factors = Annotated[Sizes, _FACTOR]
Side = Annotated[int, Param(1, 64, "px", "side of the kernel")]
Ceil = Annotated[bool, Param(meaning="keep a last window that reaches beyond the edge")]
Border = Annotated[
    BorderWord,
    Param(meaning="what lies beyond the edge", words=("zero", "reflect", "edge", "wrap")),
]
KernelName = Annotated[str, Param(meaning="weights known by name", words=KERNELS)]
KernelFile = Annotated[
    str, Param(meaning="weights: a square array; no comma, plus or colon in its path", is_path=True)
]
Seed = Annotated[int, Param(0, 2**31 - 1, "", "seed of kernel=random")]
Mode = Annotated[
    str,
    Param(meaning="the right way, or the authors' program", words=("corrected", "faithful")),
]
