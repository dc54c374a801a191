"""The numbers of a detection as text: CSV, JSON, Markdown, and the lines of a terminal."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from io import StringIO
from math import isfinite

from sampviz.analysis.detection.detection import Detection, DetectionRow
from sampviz.core.table_text import csv_cell, json_values, markdown_lines

LIMIT_HEADINGS = ("chain", "level", "polarity", "d50 [95 %]", "d' of 5", "at 90 % of places")


def table_text(detection: Detection, ending: str) -> str:
    """Return the numbers as the text of a file with an ending of `TABLE_ENDINGS`."""
    return _WRITERS[ending](detection)


def limit_lines(detection: Detection) -> list[list[str]]:
    """Return a line for every chain, level and polarity, below `LIMIT_HEADINGS`."""
    return _merged(
        [
            limit.chain,
            str(limit.level),
            limit.polarity,
            limit.d50.text,
            detection.diameter_text(limit.detectable),
            detection.diameter_text(limit.detectable_in_most),
        ]
        for limit in detection.limits
    )


def kept_lines(detection: Detection) -> tuple[list[str], list[list[str]]]:
    """Return headings, and for every chain, level and polarity the contrast kept in percent."""
    headings = ["chain", "level", "polarity", *(f"{d:g}" for d in detection.diameters)]
    rows = iter(detection.rows)
    lines = _merged(
        [chain, str(level), polarity, *(_percent(next(rows).kept) for _ in detection.diameters)]
        for chain, level, polarity in detection.kept
    )
    return headings, lines


def _merged(lines: Iterable[list[str]]) -> list[list[str]]:
    """Write lines that are alike for bright and dark lesions, as of linear chains, once."""
    merged: list[list[str]] = []
    for line in lines:
        if merged and [*merged[-1][:2], *merged[-1][3:]] == [*line[:2], *line[3:]]:
            merged[-1][2] = "both"
        else:
            merged.append(line)
    return merged


def about(detection: Detection) -> list[str]:
    """Say what was put in, and what a reader must know."""
    what = f"{len(detection.centres)} {shape_word(detection)}"
    return [
        f"{what} of ±{detection.contrast:.4g} ({detection.contrast_text}), seed {detection.seed};"
        f" noise of d' {detection.noise:.4g}; diameters in {detection.unit}",
        *detection.notes,
    ]


def shape_word(detection: Detection) -> str:
    """Return what the lesions are called."""
    return (
        "blobs" if detection.shape == "gaussian" else ["discs", "balls"][detection.image.axes - 2]
    )


def _percent(value: float) -> str:
    return str(round(100 * value)) if isfinite(value) else "–"  # -0.2 % is 0


def _csv(detection: Detection) -> str:
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    names = [field.name for field in fields(DetectionRow)]
    writer.writerow(["input", *names, "unit", "d50", "d50_low", "d50_high"])
    limits = {(limit.chain, limit.level, limit.polarity): limit.d50 for limit in detection.limits}
    for row in detection.rows:
        at = limits[row.chain, row.level, row.polarity]
        cells = [getattr(row, name) for name in names]
        numbers = ["" if _is_nan(cell) else cell for cell in (*cells, detection.unit)]
        crossings = ["" if _is_nan(value) else value for value in (at.value, at.low, at.high)]
        writer.writerow([csv_cell(detection.image.name), *numbers, *crossings])
    return file.getvalue()


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and value != value


def _json(detection: Detection) -> str:
    values = json_values({"schema": 1, **detection.json()})
    return json.dumps(values, indent=2, allow_nan=False) + "\n"


def _markdown(detection: Detection) -> str:
    headings, kept = kept_lines(detection)
    limits = markdown_lines(
        [LIMIT_HEADINGS, ["---"] * len(LIMIT_HEADINGS), *limit_lines(detection)]
    )
    shares = markdown_lines([headings, ["---"] * len(headings), *kept])
    notes = "".join(f"- {note}\n" for note in about(detection))
    unit = detection.unit
    return (
        f"Smallest lesions in {unit}:\n\n{limits}\n"
        f"Contrast kept in %, over the diameter in {unit}:\n\n{shares}\n{notes}"
    )


_WRITERS: Mapping[str, Callable[[Detection], str]] = {
    ".csv": _csv,
    ".json": _json,
    ".md": _markdown,
}
TABLE_ENDINGS = tuple(_WRITERS)
