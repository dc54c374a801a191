"""Whether two snapshots agree: the arrays first, then the windows and the words, then the picture.

The arrays are what the operations made: they do not depend on fonts and drawing. The picture is
judged over its panels, without the words on them, and only where the programs that drew it are
those that drew the baseline; otherwise it is said that it was not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sampviz.core.errors import SampvizError, UsageError, argument
from sampviz.dsp.dtypes import Array
from sampviz.recipes.provenance import changes, parse_record
from sampviz.testing.snapshots.snapshot import Snapshot, SnapshotPanel

RMS = 2.0  # levels of 0..255
_DRAWING = ("matplotlib", "FreeType")
_MOST_REASONS = 6
_AROUND = 30  # characters around a difference of words
_TOLERANCE = re.compile(
    r"(?P<value>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?)(?P<unit>range|abs)", re.ASCII
)
State = Literal["same", "differs", "missing", "stray", "error", "written"]


@dataclass(frozen=True)
class Tolerance:
    """How far values may be apart: in parts of the range of a panel's values, or in their unit."""

    value: float = 1e-6
    unit: Literal["range", "abs"] = "range"

    @classmethod
    def parse(cls, text: str) -> "Tolerance":
        """Read `1e-6range` or `0.5abs`."""
        match = _TOLERANCE.fullmatch(text)
        value = float(match["value"]) if match else float("inf")
        if not match or value == float("inf"):
            fix = "write parts of the range, 1e-6range, or a difference of values, 0.5abs"
            raise UsageError(f"{text!r} is not a tolerance", argument("tolerance"), fix)
        return cls(value, "range" if match["unit"] == "range" else "abs")

    def allowed(self, scale: float) -> float:
        """Return the largest difference for values that span `scale`."""
        return self.value * scale if self.unit == "range" else self.value


@dataclass(frozen=True, eq=False)
class SnapshotResult:
    """What came out for one snapshot: the reasons if it failed, and what else should be known."""

    name: str
    state: State
    arrays: str = ""
    picture: str = ""
    reasons: Sequence[str] = ()
    notes: Sequence[str] = ()
    # Panels that differ, as they were and as they are.
    differing: Sequence[tuple[SnapshotPanel, SnapshotPanel]] = ()
    exit_code: int = 1  # if it failed
    error: SampvizError | None = None  # what `reasons` say, where it is one

    @classmethod
    def of_error(
        cls, name: str, state: State, error: SampvizError, exit_code: int = 1
    ) -> "SnapshotResult":
        """Return the result of a figure that could not be compared."""
        lines = str(error).splitlines()
        return cls(name, state, reasons=lines, exit_code=exit_code, error=error)

    def as_options(self) -> "SnapshotResult":
        """Return the result whose words name options, as the command line does."""
        if not self.error:
            return self
        return replace(self, reasons=str(self.error.as_options()).splitlines())

    @property
    def failed(self) -> bool:
        """Whether this is not as it should be."""
        return self.state not in ("same", "written")


def compare_snapshots(
    then: Snapshot, now: Snapshot, tolerance: Tolerance, rms: float = RMS
) -> SnapshotResult:
    """Compare a baseline with what comes out now."""
    pairs = _pairs(then.panels, now.panels)
    compared = [(old, new, _differs(old, new, tolerance)) for old, new in pairs]
    differing = [(old, new) for old, new, reason in compared if reason and old and new]
    arrays = [reason for *_, reason in compared if reason]
    windows = [w for old, new in pairs if old and new and (w := _window(old, new, tolerance))]
    picture, unlike = _picture(then, now, rms)
    words = _words(then.words, now.words)
    reasons = [*_few(arrays), *_few(windows), *words, *unlike]
    notes = [picture] if picture.startswith("not judged") else []
    if reasons and then.record and now.record:
        records = (parse_record(snapshot.record, snapshot.name) for snapshot in (then, now))
        notes += [f"changed: {change}" for change in changes(*records)]
    if not pairs:
        reasons = ["it has no panels: nothing was compared"]
    state: State = "differs" if reasons else "same"
    count = f"{len(pairs) - len(arrays)} of {len(pairs)}"
    return SnapshotResult(now.name, state, count, picture, reasons, notes, differing)


def _pairs(
    then: Sequence[SnapshotPanel], now: Sequence[SnapshotPanel]
) -> list[tuple[SnapshotPanel | None, SnapshotPanel | None]]:
    """Return which panels belong together: by their place, or if some are new by their names."""
    if len(then) == len(now):
        return list(zip(then, now, strict=True))
    old, new = ({panel.name: panel for panel in panels} for panels in (then, now))
    return [(old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new])]


def _differs(old: SnapshotPanel | None, new: SnapshotPanel | None, tolerance: Tolerance) -> str:
    if not old or not new:
        only = old or new
        assert only
        return f"{only.name}: the panel is {'gone' if old else 'new'}"
    if old.array.shape != new.array.shape:
        sizes = ["x".join(map(str, panel.array.shape)) or "one value" for panel in (old, new)]
        return f"{new.name}: {sizes[1]}, was {sizes[0]}"
    difference, scale = _difference(old.array, new.array)
    beyond = difference > tolerance.allowed(scale)
    if not beyond.any():
        return ""
    count = f"in {np.count_nonzero(beyond)} of {difference.size}"
    largest = float(difference[beyond].max())
    if largest == float("inf"):
        return f"{new.name}: values that are NaN, infinite or not any more {count}"
    share = f"{largest / scale:.2g} of the range"
    return f"{new.name}: values differ by up to {largest:.3g}, {share}, {count}"


def _difference(old: Array, new: Array) -> tuple[Array, float]:
    """Return how far values are apart, inf where only one is finite, and the range of the old."""
    kind = np.complex128 if "c" in (old.dtype.kind, new.dtype.kind) else np.float64
    a, b = old.astype(kind), new.astype(kind)
    both = np.isfinite(a) & np.isfinite(b)
    finite = np.abs(a[both]) if kind is np.complex128 else a[both]
    with np.errstate(all="ignore"):
        difference = np.abs(b - a)
        scale = float(np.ptp(finite)) if finite.size else 0.0
    scale = scale or float(np.abs(finite).max(initial=0.0)) or 1.0
    scale = min(scale, float(np.finfo(float).max))
    nonfinite_alike = (a == b) | (np.isnan(a) & np.isnan(b))
    return np.where(both, difference, np.where(nonfinite_alike, 0.0, np.inf)), scale


def _window(old: SnapshotPanel, new: SnapshotPanel, tolerance: Tolerance) -> str:
    if old.limits is None or new.limits is None:
        return ""
    allowed = tolerance.allowed(old.limits[1] - old.limits[0])
    if all(abs(a - b) <= allowed for a, b in zip(old.limits, new.limits, strict=True)):
        return ""
    was, now = (f"{low:.6g}..{high:.6g}" for low, high in (old.limits, new.limits))
    return f"{new.name}: window {now}, was {was}"


def _words(then: str, now: str) -> Iterator[str]:
    if then == now:
        return
    at = next((i for i, (a, b) in enumerate(zip(then, now, strict=False)) if a != b), None)
    at = min(len(then), len(now)) if at is None else at
    old, new = (text[max(0, at - _AROUND) : at + _AROUND] for text in (then, now))
    yield f"words: ..{new}.., was ..{old}.."


def _picture(then: Snapshot, now: Snapshot, rms: float) -> tuple[str, list[str]]:
    """Return what is said of the picture, and why it failed."""
    if then.pixels is None or now.pixels is None:
        alike = then.pixels is now.pixels
        return "none", [] if alike else ["there is a picture in one of the two only"]
    if then.dpi != now.dpi:
        return f"{now.dpi:g} dpi", [f"picture: {now.dpi:g} dpi, was {then.dpi:g}"]
    for program in _DRAWING:
        old, new = (snapshot.versions.get(program, "unknown") for snapshot in (then, now))
        if old != new:
            return f"not judged: {program} {new}, stored with {old}", []
    if then.pixels.shape != now.pixels.shape:
        was, size = ("x".join(map(str, pixels.shape[:2])) for pixels in (then.pixels, now.pixels))
        return f"{size} px", [f"picture: {size} px, was {was}"]
    assert now.text is not None
    worst = max(
        ((_rms(then, now, panel), panel.name) for panel in now.panels if panel.region),
        default=(0.0, ""),
    )
    if worst[0] <= rms:
        return f"RMS {worst[0]:.2g}", []
    text = f"RMS {worst[0]:.3g}"
    return text, [f"picture: {text} of 255 in {worst[1]}; allowed {rms:g}"]


def _rms(then: Snapshot, now: Snapshot, panel: SnapshotPanel) -> float:
    """Return the root of the mean squared difference over a panel, without the words on it."""
    assert panel.region
    assert then.pixels is not None
    assert now.pixels is not None
    assert now.text is not None
    compared = ~now.text[panel.region]
    old, new = (
        pixels[panel.region][compared].astype(float) for pixels in (then.pixels, now.pixels)
    )
    return float(np.sqrt(np.mean((new - old) ** 2))) if old.size else 0.0


def _few(lines: Sequence[str]) -> list[str]:
    more = len(lines) - _MOST_REASONS
    return [*lines[:_MOST_REASONS], *([f"and {more} more panels"] if more > 0 else [])]
