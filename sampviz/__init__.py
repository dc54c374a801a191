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

from sampviz.core.version import __version__ as __version__

if TYPE_CHECKING:
    from sampviz.analysis.measure import measure as measure
    from sampviz.core.errors import SampvizError as SampvizError
    from sampviz.core.errors import SampvizWarning as SampvizWarning
    from sampviz.figures.grids.compare import compare as compare
    from sampviz.figures.render.save import save as save
    from sampviz.images.image import Image as Image
    from sampviz.images.load import load as load
    from sampviz.ops.chain import Chain as Chain
    from sampviz.ops.registry import OPS as OPS

_PLACES = {
    "Chain": "sampviz.ops.chain",
    "SampvizError": "sampviz.core.errors",
    "SampvizWarning": "sampviz.core.errors",
    "compare": "sampviz.figures.grids.compare",
    "save": "sampviz.figures.render.save",
    "Image": "sampviz.images.image",
    "load": "sampviz.images.load",
    "measure": "sampviz.analysis.measure",
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
