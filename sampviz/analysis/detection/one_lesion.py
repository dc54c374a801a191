"""One lesion that a user describes in a text: "3mm:-30%@120,80"."""

import re
from dataclasses import dataclass

from sampviz.analysis.detection.detect import contrast_of
from sampviz.analysis.detection.lesions import Lesion, lesion
from sampviz.analysis.detection.places import tissue_of
from sampviz.core.errors import UsageError, argument
from sampviz.core.text import MINUS
from sampviz.images.image import Image

_NUMBER = r"[0-9]{1,6}(?:\.[0-9]{1,6})?"
_LESION = re.compile(
    rf"(?P<diameter>{_NUMBER}) ?(?P<unit>mm|px):(?P<sign>[+-]?)(?P<contrast>{_NUMBER} ?%?)"
    rf"@(?P<row>{_NUMBER}), ?(?P<column>{_NUMBER})",
    re.ASCII,
)


@dataclass(frozen=True)
class OneLesion:
    """A disc that is put into a plane.

    Parameters
    ----------
    diameter : float
        In `unit`, "mm" or "px".
    unit : str
    sign : {1, -1}
        Brighter or darker than tissue.
    contrast : str
        "30%" of the median of the tissue, or a number in the units of the image.
    centre : tuple of float
        Row and column, in pixels.
    """

    diameter: float
    unit: str
    sign: int
    contrast: str
    centre: tuple[float, float]

    @classmethod
    def parse(cls, text: str) -> "OneLesion":
        """Read a lesion; UsageError for a text that is none."""
        match = _LESION.fullmatch(text.strip())
        if not match or not float(match["diameter"]) > 0:
            fix = "write DIAMETER:CONTRAST@ROW,COLUMN: 3mm:-30%@120,80"
            raise UsageError(f"{text[:40]!r} is no lesion", argument("lesion"), fix)
        sign = -1 if match["sign"] == "-" else 1
        centre = float(match["row"]), float(match["column"])
        return cls(float(match["diameter"]), match["unit"], sign, match["contrast"], centre)

    def __str__(self) -> str:
        row, column = self.centre
        return f"a disc of {self.short}, at row {row:g}, column {column:g}"

    @property
    def short(self) -> str:
        """Its diameter and its contrast."""
        sign = "+" if self.sign > 0 else MINUS
        return f"{self.diameter:g} {self.unit}, {sign}{self.contrast.replace('%', ' %')}"

    def spacing(self, image: Image) -> tuple[float, ...]:
        """Return the size of a pixel in the unit of the diameter; UsageError if it is not known."""
        if self.unit == "px":
            return 1.0, 1.0
        if image.spacing is None:
            fix = f"say it in pixels: {argument('lesion', '3px:-30%@120,80')}"
            raise UsageError("the spacing is not known", f"{argument('lesion')} in mm", fix)
        return image.spacing

    def on(self, image: Image) -> tuple[Lesion, float]:
        """Return the lesion on the pixels of a plane, and its contrast; see `check`."""
        self.check(image)
        amount = self._contrast_on(image)
        spacing = self.spacing(image)
        one = lesion("disc", self.diameter, self.centre, spacing, image.size)
        return one, self.sign * amount

    def _contrast_on(self, image: Image) -> float:
        """Return its contrast in the units of an image, whose tissue only a share is taken of."""
        try:
            is_share = self.contrast.endswith("%")
            median = tissue_of(image.array, None, image.name).median if is_share else 0.0
            return contrast_of(self.contrast, median)
        except UsageError as error:
            fix = f"write it in the units of the image: {argument('lesion', '3px:-20@120,80')}"
            raise UsageError(error.what, f"{argument('lesion')}, for {image.name}", fix) from None

    def check(self, image: Image) -> None:
        """Raise UsageError for an image that it cannot be put into."""
        where = argument("lesion")
        spacing = self.spacing(image)
        if image.labels or image.array.ndim != 2 or image.array.dtype.kind == "c":
            what = "a lesion is put into a plane of one channel of amounts"
            raise UsageError(what, f"{where}, for {image.name}", "choose one, or leave it out")
        if any(not 0 <= c <= n - 1 for c, n in zip(self.centre, image.size, strict=True)):
            size = "x".join(map(str, image.size))
            raise UsageError(f"the lesion lies outside {size} px", where, "give row and column")
        if any(self.diameter > n * mm for n, mm in zip(image.size, spacing, strict=True)):
            raise UsageError("the lesion is larger than the image", where, "give a smaller one")
