"""The page as one HTML file that needs nothing else, or with a folder if it were too large."""

import json
import os
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sampviz.analysis.metric import Metric
from sampviz.analysis.metric_tables import format_number, heading
from sampviz.core.atomic_write import atomic_write
from sampviz.core.errors import OutputError, UsageError, either
from sampviz.core.version import __version__
from sampviz.figures.captions.annotations import size_of
from sampviz.figures.captions.metric_labels import undefined_reasons
from sampviz.figures.charts.axes import line_styles
from sampviz.figures.panels.colormap import GREY, apply_colormap_to_stack
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.intensity_window import Window
from sampviz.report.array_store import ArrayStore, picture
from sampviz.report.page_data import facts_of, page_data, subject_model
from sampviz.report.reproduction import Reproduction
from sampviz.report.subjects import Subject

# In this order: each uses what those before it name.
_SCRIPTS = (
    *("data", "numbers", "paint", "view", "panel"),
    *("images", "spectra", "between", "charts", "table", "main"),
)
_JSON: dict[str, Any] = {"allow_nan": False}  # browsers read none
_SMALLEST = 160  # px that a static picture is wide, at least


@dataclass(frozen=True)
class Report:
    """What a page is made of."""

    subjects: Sequence[Subject]
    measures: Sequence[Metric]
    window: Window
    reproduction: Reproduction


@dataclass
class Beside:
    """Where the data of a page goes: into it, or as files into a folder beside it."""

    folder: Path | None = None
    files: dict[str, bytes] = field(default_factory=dict)

    def address(self, data: bytes, ending: str) -> str:
        """Return the address of a file of these bytes: its name says which they are."""
        assert self.folder is not None
        name = f"{sha256(data).hexdigest()[:16]}.{ending}"
        self.files[name] = data
        return f"{quote(os.fsencode(self.folder.name))}/{name}"

    def picture(self, data: bytes) -> str:
        """Return the address of a PNG."""
        if self.folder:
            return self.address(data, "png")
        return f"data:image/png;base64,{b64encode(data).decode('ascii')}"


def check_jinja() -> None:
    """Raise UsageError if the library that fills the template is not there."""
    try:
        import jinja2  # noqa: F401
    except ImportError:
        raise UsageError(
            "Jinja2 is not installed", "sampviz report", "pip install 'sampviz[report]'"
        ) from None


def write_report(report: Report, path: Path, most: int, *, overwrite: bool = True) -> Path | None:
    """Write the page; return the folder beside it, which is there if `most` bytes are too few.

    Without `overwrite` only an older page of sampviz is replaced: OutputError for other files.
    """
    beside = Beside()
    text = rendered(report, beside)
    if len(text) > most:
        beside = Beside(path.with_name(f"{path.stem}_files"))
        text = rendered(report, beside)
        assert beside.folder
        _make(beside.folder)
        for name, data in beside.files.items():
            with atomic_write(beside.folder / name) as temporary:
                temporary.write_bytes(data)
    with atomic_write(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(text)
    return beside.folder


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as err:
        what = f"the folder of the page cannot be made: {err.strerror}"
        raise OutputError(
            what, str(folder), f"choose another name{either('', ' with -o')}"
        ) from None


def rendered(report: Report, beside: Beside) -> bytes:
    """Return the page, in UTF-8; what it does not hold itself is put `beside` it."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.policies["json.dumps_kwargs"] = _JSON
    style, script = _text("style.css"), "\n".join(_text(f"{name}.js") for name in _SCRIPTS)
    subjects = [_subject(subject, report.measures) for subject in report.subjects]
    files = []
    if beside.folder:
        files = [
            beside.address(f"sampvizSubject({json.dumps(subject, **_JSON)})\n".encode(), "js")
            for subject in subjects
        ]
    first = report.subjects[0].levels[0].panel_data
    page = environment.from_string(_text("template.html")).render(
        policy=policy(style, script, beside),
        version=__version__,
        title="; ".join(dict.fromkeys(s.image.name for s in report.subjects)),
        chains=[view.title for view in first.columns if view.chain],
        levels=len(report.subjects[0].levels),
        subjects=[_shown(subject, report.window, beside) for subject in report.subjects],
        measures=[_defined(metric) for metric in report.measures],
        rows=_rows(report),
        reasons=undefined_reasons([level.numbers for s in report.subjects for level in s.levels]),
        making=_reproduction_values(report.reproduction),
        page={
            **page_data(report.measures),
            "panels": len(first.columns),
            "marks": _marks(len(first.columns) - 1),
            "files": files,
        },
        embedded=[] if beside.folder else subjects,
        style=style,
        script=script,
    )
    return page.encode("utf-8")


def policy(style: str, script: str, beside: Beside) -> str:
    """Return the content-security policy: our style and script by their hashes, nothing else.

    With a folder the script may load the files there, and pictures come from there.
    """
    trusted = " 'strict-dynamic'" if beside.folder else ""
    pictures = " 'self' file:" if beside.folder else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(script)}{trusted}",
            f"style-src {_hash(style)}",
            f"img-src data:{pictures}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}'"


def _text(name: str) -> str:
    return (resources.files("sampviz.report") / "assets" / name).read_text("utf-8")


def _subject(subject: Subject, measures: Sequence[Metric]) -> dict[str, Any]:
    store = ArrayStore()
    return {"subject": subject_model(subject, store, measures), "arrays": store.arrays}


def _shown(subject: Subject, window: Window, beside: Beside) -> dict[str, Any]:
    """Return what the page says of a subject without scripts."""
    return {
        "label": subject.label,
        "facts": facts_of(subject, window),
        "pictures": [
            [
                _picture(subject, view, grey.limits, grey.label, beside)
                for view, grey in zip(
                    level.panel_data.columns, level.panel_data.windows, strict=True
                )
            ]
            for level in subject.levels
        ],
    }


def _picture(
    subject: Subject, view: Column, limits: tuple[float, float], line: str, beside: Beside
) -> dict[str, Any]:
    """Return a picture at a whole zoom, in the true proportions of its pixels."""
    pixels = apply_colormap_to_stack(view.display_stack, limits, GREY, colour=view.colour)
    pixels = pixels[:, ::-1] if subject.mirrored else pixels
    height, width = subject.image.size
    down, along = subject.image.spacing or (1.0, 1.0)
    wide = width * max(1, -(-_SMALLEST // width))
    tiles = view.tiles
    return {
        "address": beside.picture(picture(pixels)),
        "width": wide,
        "height": max(1, round(wide * tiles[0] * height * down / (tiles[1] * width * along))),
        "title": view.title,
        "size": size_of(view, subject.image),
        "line": line,
    }


def _defined(measure: Metric) -> dict[str, Any]:
    return {
        "heading": heading(measure.name),
        "summary": measure.summary,
        "better": measure.better,
        "sections": list(measure.sections.items()),
    }


def _rows(report: Report) -> list[dict[str, Any]]:
    """Return the rows of the table: a chain at a level on a subject."""
    rows = []
    for place, subject in enumerate(report.subjects):
        for number, level in enumerate(subject.levels):
            for chain, (view, (values, undefined)) in enumerate(level.numbers.items(), start=1):
                cells = [
                    {
                        "why": undefined.get(metric.name),
                        "value": repr(values.get(metric.name)),
                        "text": format_number(values.get(metric.name)),
                    }
                    for metric in report.measures
                ]
                names = {"title": view.title, "input": subject.label}
                position = {"subject": place, "level": number, "chain": chain}
                rows.append({**position, **names, "cells": cells})
    return rows


def _reproduction_values(reproduction: Reproduction) -> dict[str, Any]:
    return {
        "command": reproduction.command,
        "recipe": reproduction.recipe,
        "inputs": [{"name": name, "digest": digest} for name, digest in reproduction.inputs],
        "versions": list(reproduction.versions.items()),
        "citations": [
            {"text": f"{entry.label}: {entry.text}", "url": entry.url}
            for entry in reproduction.citations
        ],
        "bibtex": "\n\n".join(entry.bibtex for entry in reproduction.citations),
    }


def _marks(count: int) -> list[dict[str, str]]:
    """Return colour and dash of the line of the original and of every chain."""
    grey = {"colour": "#8a8a8a", "dash": "none"}
    return [
        grey,
        *(
            {
                # The ink of the page: black would be lost on a dark one.
                "colour": "currentColor" if mark.colour == "#000000" else mark.colour,
                "dash": "none" if mark.dash == "-" else " ".join(str(2 * n) for n in mark.dash[1]),
            }
            for mark in line_styles(count)
        ),
    ]
