"""See and measure what down- and upsampling does to an image.

>>> import sampviz
>>> image = sampviz.load("sample:t1")
>>> chain = sampviz.Chain.parse("max:times=2+bilinear:4")
>>> chain(image.array).shape
(256, 192)
>>> figure = sampviz.compare(image, "max,stride,blur,flc")
>>> [round(row.values["psnr"], 1) for row in sampviz.measure(image, "max,blur")]
[26.3, 34.5]
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sampviz.chain import Chain as Chain
    from sampviz.errors import SampvizError as SampvizError
    from sampviz.errors import SampvizWarning as SampvizWarning
    from sampviz.figure.compare import compare as compare
    from sampviz.figure.save import save as save
    from sampviz.image import Image as Image
    from sampviz.io import load as load
    from sampviz.measuring import measure as measure
    from sampviz.ops import OPS as OPS

_PLACES = {
    "Chain": "sampviz.chain",
    "SampvizError": "sampviz.errors",
    "SampvizWarning": "sampviz.errors",
    "compare": "sampviz.figure.compare",
    "save": "sampviz.figure.save",
    "Image": "sampviz.image",
    "load": "sampviz.io",
    "measure": "sampviz.measuring",
    "OPS": "sampviz.ops",
}
__all__ = [
    "OPS",
    "Chain",
    "Image",
    "SampvizError",
    "SampvizWarning",
    "compare",
    "load",
    "measure",
    "save",
]


def __getattr__(name: str) -> Any:
    # Each name is imported when it is first used: `import sampviz` and `sampviz --help` load
    # neither numpy nor matplotlib.
    if name not in _PLACES:
        raise AttributeError(f"module 'sampviz' has no attribute {name!r}")
    value = getattr(import_module(_PLACES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_PLACES])
