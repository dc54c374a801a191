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
from sampviz.core.text import short_repr
from sampviz.dsp.dtypes import Array
from sampviz.recipes.provenance import changes, parse_record
from sampviz.testing.snapshots.snapshot import Snapshot, SnapshotPanel

RMS = 2.0  # levels of 0..255
_DRAWING = ("matplotlib", "FreeType")
_MOST_REASONS = 6
_EXCERPT_REACH = 30  # characters around a difference of words
_TOLERANCE = re.compile(
    r"(?P<value>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?)(?P<unit>range|abs)", re.ASCII
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


@dataclass(frozen=True, eq=False, repr=False)
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

    def __repr__(self) -> str:
        reasons = f": {'; '.join(self.reasons)}" if self.reasons else ""
        return short_repr(f"<SnapshotResult {self.name} {self.state}{reasons}>")

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
    expected: Snapshot, actual: Snapshot, tolerance: Tolerance, rms: float = RMS
) -> SnapshotResult:
    """Compare a baseline with what comes out now."""
    pairs = _pairs(expected.panels, actual.panels)
    compared = [
        (expected_panel, actual_panel, _differs(expected_panel, actual_panel, tolerance))
        for expected_panel, actual_panel in pairs
    ]
    differing = [
        (expected_panel, actual_panel)
        for expected_panel, actual_panel, reason in compared
        if reason and expected_panel and actual_panel
    ]
    arrays = [reason for *_, reason in compared if reason]
    window_reasons = [
        w
        for expected_panel, actual_panel in pairs
        if expected_panel
        and actual_panel
        and (w := _window(expected_panel, actual_panel, tolerance))
    ]
    pixel_result, pixel_reasons = _picture(expected, actual, rms)
    text_reasons = _words(expected.words, actual.words)
    reasons = [*_few(arrays), *_few(window_reasons), *text_reasons, *pixel_reasons]
    notes = [pixel_result] if pixel_result.startswith("not judged") else []
    if reasons and expected.record and actual.record:
        records = (parse_record(snapshot.record, snapshot.name) for snapshot in (expected, actual))
        notes += [f"changed: {change}" for change in changes(*records)]
    if not pairs:
        reasons = ["it has no panels: nothing was compared"]
    state: State = "differs" if reasons else "same"
    count = f"{len(pairs) - len(arrays)} of {len(pairs)}"
    return SnapshotResult(actual.name, state, count, pixel_result, reasons, notes, differing)


def _pairs(
    expected: Sequence[SnapshotPanel], actual: Sequence[SnapshotPanel]
) -> list[tuple[SnapshotPanel | None, SnapshotPanel | None]]:
    """Return which panels belong together: by their place, or if some are new by their names."""
    if len(expected) == len(actual):
        return list(zip(expected, actual, strict=True))
    expected_by_name, actual_by_name = (
        {panel.name: panel for panel in panels} for panels in (expected, actual)
    )
    return [
        (expected_by_name.get(name), actual_by_name.get(name))
        for name in dict.fromkeys([*expected_by_name, *actual_by_name])
    ]


def _differs(
    expected: SnapshotPanel | None, actual: SnapshotPanel | None, tolerance: Tolerance
) -> str:
    if not expected or not actual:
        single_panel = expected or actual
        assert single_panel
        return f"{single_panel.name}: the panel is {'gone' if expected else 'new'}"
    if expected.array.shape != actual.array.shape:
        sizes = [
            "x".join(map(str, panel.array.shape)) or "one value" for panel in (expected, actual)
        ]
        return f"{actual.name}: {sizes[1]}, was {sizes[0]}"
    difference, scale = _difference(expected.array, actual.array)
    exceeds = difference > tolerance.allowed(scale)
    if not exceeds.any():
        return ""
    count = f"in {np.count_nonzero(exceeds)} of {difference.size}"
    largest = float(difference[exceeds].max())
    if largest == float("inf"):
        return f"{actual.name}: values that are NaN, infinite or not any more {count}"
    share = f"{largest / scale:.2g} of the range"
    return f"{actual.name}: values differ by up to {largest:.3g}, {share}, {count}"


def _difference(expected: Array, actual: Array) -> tuple[Array, float]:
    """Return the differences of values, inf where only one is finite, and the range expected.

    A difference of finite values is finite: at most the largest float.
    """
    kind = np.complex128 if "c" in (expected.dtype.kind, actual.dtype.kind) else np.float64
    a, b = expected.astype(kind), actual.astype(kind)
    both_finite = np.isfinite(a) & np.isfinite(b)
    finite = np.abs(a[both_finite]) if kind is np.complex128 else a[both_finite]
    most = float(np.finfo(float).max)
    with np.errstate(all="ignore"):
        difference = np.minimum(np.abs(b - a), most)
        scale = float(np.ptp(finite)) if finite.size else 0.0
    scale = scale or float(np.abs(finite).max(initial=0.0)) or 1.0
    scale = min(scale, most)
    nonfinite_alike = (a == b) | (np.isnan(a) & np.isnan(b))
    return np.where(both_finite, difference, np.where(nonfinite_alike, 0.0, np.inf)), scale


def _window(expected: SnapshotPanel, actual: SnapshotPanel, tolerance: Tolerance) -> str:
    if expected.limits is None or actual.limits is None:
        return ""
    allowed = tolerance.allowed(expected.limits[1] - expected.limits[0])
    if all(abs(a - b) <= allowed for a, b in zip(expected.limits, actual.limits, strict=True)):
        return ""
    expected_text, actual_text = (
        f"{low:.6g}..{high:.6g}" for low, high in (expected.limits, actual.limits)
    )
    return f"{actual.name}: window {actual_text}, was {expected_text}"


def _words(expected: str, actual: str) -> Iterator[str]:
    """Yield how words differ; spaces do not count, but are shown where there are some."""
    texts = expected, actual
    places = [[i for i, letter in enumerate(text) if letter != " "] for text in texts]
    letters = [[text[i] for i in at] for text, at in zip(texts, places, strict=True)]
    if letters[0] == letters[1]:
        return
    pairs = enumerate(zip(*letters, strict=False))
    first = next((i for i, (a, b) in pairs if a != b), min(map(len, letters)))
    expected_excerpt, actual_excerpt = (
        _excerpt(text, at[first] if first < len(at) else len(text))
        for text, at in zip(texts, places, strict=True)
    )
    yield f"words: ..{actual_excerpt}.., was ..{expected_excerpt}.."


def _excerpt(text: str, place: int) -> str:
    return text[max(0, place - _EXCERPT_REACH) : place + _EXCERPT_REACH]


def _picture(expected: Snapshot, actual: Snapshot, rms: float) -> tuple[str, list[str]]:
    """Return what is said of the picture, and why it failed."""
    if expected.pixels is None or actual.pixels is None:
        both_missing = expected.pixels is actual.pixels
        return "none", [] if both_missing else ["there is a picture in one of the two only"]
    if expected.dpi != actual.dpi:
        return f"{actual.dpi:g} dpi", [f"picture: {actual.dpi:g} dpi, was {expected.dpi:g}"]
    for program in _DRAWING:
        expected_version, actual_version = (
            snapshot.versions.get(program, "unknown") for snapshot in (expected, actual)
        )
        if expected_version != actual_version:
            return f"not judged: {program} {actual_version}, stored with {expected_version}", []
    if expected.pixels.shape != actual.pixels.shape:
        expected_size, size = (
            "x".join(map(str, pixels.shape[:2])) for pixels in (expected.pixels, actual.pixels)
        )
        return f"{size} px", [f"picture: {size} px, was {expected_size}"]
    assert actual.text is not None
    worst = max(
        ((_rms(expected, actual, panel), panel.name) for panel in actual.panels if panel.region),
        default=(0.0, ""),
    )
    if worst[0] <= rms:
        return f"RMS {worst[0]:.2g}", []
    text = f"RMS {worst[0]:.3g}"
    return text, [f"picture: {text} of 255 in {worst[1]}; allowed {rms:g}"]


def _rms(expected: Snapshot, actual: Snapshot, panel: SnapshotPanel) -> float:
    """Return the root of the mean squared difference over a panel, without the words on it."""
    assert panel.region
    assert expected.pixels is not None
    assert actual.pixels is not None
    assert actual.text is not None
    if np.array_equal(expected.pixels[panel.region], actual.pixels[panel.region]):
        return 0.0  # as of almost all panels, and at once
    compared = ~actual.text[panel.region]
    expected_pixels, actual_pixels = (
        pixels[panel.region][compared].astype(float) for pixels in (expected.pixels, actual.pixels)
    )
    return (
        float(np.sqrt(np.mean((actual_pixels - expected_pixels) ** 2)))
        if expected_pixels.size
        else 0.0
    )


def _few(lines: Sequence[str]) -> list[str]:
    left_out = len(lines) - _MOST_REASONS
    return [*lines[:_MOST_REASONS], *([f"and {left_out} more panels"] if left_out > 0 else [])]
