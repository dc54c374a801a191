"""What a notebook shows of a chain: its canonical text, and a size after each step."""

from typing import Any

from sampviz.core.errors import SampvizError
from sampviz.core.notebook import html_table
from sampviz.dsp.grid import Size
from sampviz.ops.chain_trace import size_text

_SIZE: Size = (256, 256)  # px, of the image whose way through the chain is told


class ChainPage:
    """A chain as a notebook shows it: a row for each step, of an image of 256 x 256."""

    def _repr_html_(self) -> str:
        chain: Any = self
        try:
            resolved = chain.resolve(_SIZE, None)
            stages = resolved.trace(_SIZE)
        except SampvizError as err:
            return html_table(["chain", f"an image of {size_text(_SIZE)}"], [[chain, err.what]])
        rows = (
            [step, *("x".join(map(str, values)) for values in _facts(grids))]
            for step, grids in zip(["image", *resolved.steps], stages, strict=True)
        )
        return html_table([str(chain), "size", "step px", "first sample px"], rows)


def _facts(grids: Any) -> tuple[tuple[Any, ...], ...]:
    return tuple(zip(*((grid.size, grid.step, grid.delta) for grid in grids), strict=True))
