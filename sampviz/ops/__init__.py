"""Operations and chains of them: all that an author of an operation imports.

>>> import numpy as np
>>> from sampviz.ops import OPS, Chain
>>> OPS["max"](np.eye(4), k=2).tolist()
[[1.0, 0.0], [0.0, 1.0]]
>>> Chain.parse("max+nearest").shape((4, 6))
(4, 6)
"""

import lazy_loader

# The public names stand in __init__.pyi, as those of sampviz do; each is imported on first use.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
