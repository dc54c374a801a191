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

import lazy_loader

# The public names stand in __init__.pyi, once for people, type checkers and this line. Each is
# imported when it is first used: `import sampviz` and `sampviz --help` load neither numpy nor
# matplotlib.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
