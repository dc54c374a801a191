"""What became of lesions in all chains: contrast kept over the diameter, d50, and d'."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

import numpy as np

from sampviz.analysis.detection.curves import (
    Crossing,
    crossing,
    crossing_text,
    d50,
    percentile,
)
from sampviz.analysis.detection.lesions import Shape
from sampviz.analysis.detection.places import Tissue
from sampviz.core.text import short_repr
from sampviz.dsp.dtypes import Array
from sampviz.images.image import Image
from sampviz.ops.chain import Chain

Polarity = Literal["bright", "dark"]
ROSE = 5.0  # d' above which something is taken to be seen: the criterion of Rose
_MOST_PLACES = 0.9  # of the places, where d' is to be above it in the stricter number


@dataclass(frozen=True)
class DetectionRow:
    """Lesions of one diameter through a chain.

    Parameters
    ----------
    chain : str
        The chain.
    level : int
        How many times it is applied.
    polarity : {"bright", "dark"}
        Whether the lesions are brighter or darker than the tissue.
    diameter : float
        In the unit of the detection.
    kept, p10, p90 : float
        Contrast kept: its mean over the lesions, and its 10th and 90th percentile.
    dprime : float
        d', the root of its mean square over the lesions that it was computed of.
    seen : float
        Share of these whose d' is at least 5.
    lesions : int
        How many have a contrast kept; fewer where values are not finite.
    """

    chain: str
    level: int
    polarity: Polarity
    diameter: float
    kept: float
    p10: float
    p90: float
    dprime: float
    seen: float
    lesions: int


@dataclass(frozen=True)
class DetectionLimit:
    """The smallest lesions that a chain lets through.

    Parameters
    ----------
    chain, level, polarity
        As of a `DetectionRow`.
    d50 : Crossing
        The smallest diameter of which half the contrast is kept, with its 95 % interval.
    detectable : float
        The smallest diameter whose d' is 5; -inf below those that were tried, inf above.
    detectable_in_most : float
        The smallest diameter whose d' is at least 5 at 90 % of the places.
    """

    chain: str
    level: int
    polarity: Polarity
    d50: Crossing
    detectable: float
    detectable_in_most: float


@dataclass(frozen=True, eq=False, repr=False)
class Detection:
    """What became of lesions in all chains.

    Parameters
    ----------
    image : Image
        The plane or volume that they were put into.
    chains : tuple of Chain
        Each was applied 1 .. `levels` times.
    levels : int
        How many times.
    unit : {"mm", "px"}
        Of all diameters.
    diameters : tuple of float
        Rising.
    shape : {"disc", "gaussian"}
        Of the lesions.
    contrast : float
        Of the lesions, in the units of the image's values, above 0.
    contrast_text : str
        As it was asked for.
    polarities : tuple of str
        Bright, dark or both.
    tissue : Tissue
        Where the lesions were put.
    centres : ndarray
        Where: in pixels, (lesions, axes).
    noise : float
        Standard deviation of the noise of d'.
    seed : int
        Of places and noise.
    kept, dprime : dict
        Of each (chain, level, polarity) an array (lesions, diameters), NaN where there is no value.
    input_dprime : tuple of float
        d' of each diameter in the image itself.
    notes : tuple of str
        What a reader must know.
    """

    image: Image
    chains: tuple[Chain, ...]
    levels: int
    unit: Literal["mm", "px"]
    diameters: tuple[float, ...]
    shape: Shape
    contrast: float
    contrast_text: str
    polarities: tuple[Polarity, ...]
    tissue: Tissue
    centres: Array
    noise: float
    seed: int
    kept: dict[tuple[str, int, Polarity], Array]
    dprime: dict[tuple[str, int, Polarity], Array]
    input_dprime: tuple[float, ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        sizes = f"{self.diameters[0]:g} .. {self.diameters[-1]:g} {self.unit}"
        return short_repr(
            f"<Detection of {self.image.name}: {', '.join(map(str, self.chains))}, {sizes}>"
        )

    @property
    def rows(self) -> tuple[DetectionRow, ...]:
        """Of each chain, level and polarity a row for every diameter."""
        return tuple(
            self._row(key, i, diameter)
            for key in self.kept
            for i, diameter in enumerate(self.diameters)
        )

    def _row(self, key: tuple[str, int, Polarity], index: int, diameter: float) -> DetectionRow:
        kept, dprime = self.kept[key][:, index], self.dprime[key][:, index]
        kept, dprime = kept[np.isfinite(kept)], dprime[~np.isnan(dprime)]
        return DetectionRow(
            *key,
            diameter,
            float(kept.mean()) if kept.size else float("nan"),
            percentile(kept, 0.1),
            percentile(kept, 0.9),
            root_mean_square(dprime),
            float((dprime >= ROSE).mean()) if dprime.size else float("nan"),
            len(kept),
        )

    @property
    def limits(self) -> tuple[DetectionLimit, ...]:
        """Of each chain, level and polarity the smallest diameters."""
        diameters = np.array(self.diameters)
        limits = []
        for key, kept in self.kept.items():
            rows = [self._row(key, i, d) for i, d in enumerate(self.diameters)]
            seen = np.array([row.seen for row in rows])
            limits.append(
                DetectionLimit(
                    *key,
                    d50(diameters, kept, self.seed),
                    float(crossing(diameters, np.array([row.dprime for row in rows]), ROSE)[0]),
                    float(crossing(diameters, seen, _MOST_PLACES)[0]),
                )
            )
        return tuple(limits)

    def diameter_text(self, value: float) -> str:
        """Write a diameter: "< 1" or "> 14" where it lies beyond those that were tried."""
        return (
            "–" if np.isnan(value) else crossing_text(np.array(self.diameters), value, value, value)
        )

    def json(self) -> dict[str, Any]:
        """Return all numbers as `--json` prints them; NaN and infinities stand for None there."""
        return {
            "input": self.image.name,
            "taken": self.image.taken,
            "unit": self.unit,
            "shape": self.shape,
            "contrast": self.contrast,
            "contrast_as_asked": self.contrast_text,
            "tissue": {"median": self.tissue.median, "source": self.tissue.source},
            "noise": self.noise,
            "seed": self.seed,
            "lesions": len(self.centres),
            "rows": [vars(row) for row in self.rows],
            "d50": [_limit_json(limit, self.diameter_text) for limit in self.limits],
            "input_dprime": list(self.input_dprime),
            "notes": list(self.notes),
        }


def _limit_json(limit: DetectionLimit, text: Any) -> dict[str, Any]:
    at = limit.d50
    return {
        "chain": limit.chain,
        "level": limit.level,
        "polarity": limit.polarity,
        "d50": at.value,
        "low": at.low,
        "high": at.high,
        "text": at.text,
        "detectable": limit.detectable,
        "detectable_text": text(limit.detectable),
        "detectable_in_most": limit.detectable_in_most,
        "detectable_in_most_text": text(limit.detectable_in_most),
    }


def root_mean_square(values: Array | Sequence[float]) -> float:
    """Return the root of the mean square; NaN of none, inf where one is infinite."""
    values = np.asarray(values, float)
    if not values.size:
        return float("nan")
    return float(np.sqrt((values**2).mean())) if isfinite(values.max()) else float("inf")
