"""The page as one HTML file that needs nothing else, or with a folder if it were too large."""

import json
import os
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sampviz.analysis.detection.one_lesion import OneLesion
from sampviz.analysis.metric import Metric
from sampviz.core.atomic_write import atomic_write
from sampviz.core.errors import OutputError, UsageError, either
from sampviz.core.html_page import page_style
from sampviz.core.installation import install_command
from sampviz.core.version import __version__
from sampviz.figures.captions.annotations import size_of
from sampviz.figures.captions.metric_labels import undefined_reasons
from sampviz.figures.charts.axes import FAINT, line_styles
from sampviz.figures.panels.colormap import GREY, apply_colormap_to_stack
from sampviz.figures.panels.column import Column
from sampviz.images.intensity_window import Window
from sampviz.report.array_store import ArrayStore, compact_png
from sampviz.report.lesion_views import lesion_values
from sampviz.report.measure_table import defined, measure_table
from sampviz.report.page_data import facts_of, page_data, subject_model
from sampviz.report.reproduction import Reproduction
from sampviz.report.subjects import Level, Subject
from sampviz.report.volume_planes import slice_distance

if TYPE_CHECKING:
    from jinja2 import Template

# In this order: each uses what those before it name.
_SCRIPTS = (
    *("data", "numbers", "paint", "scale", "view", "volume", "panel", "group"),
    *("overlays", "images", "spectra", "between", "charts", "summary", "table", "main"),
)
_JSON: dict[str, Any] = {"allow_nan": False}  # browsers read none
_SMALLEST = 160  # px: the least width of a static image


@dataclass(frozen=True)
class Report:
    """What a page is made of."""

    subjects: Sequence[Subject]
    metrics: Sequence[Metric]
    window: Window
    reproduction: Reproduction
    lesion: OneLesion | None = None


@dataclass
class PageFiles:
    """Where the data of a page goes: into it, or as files into a folder beside it."""

    folder: Path | None = None
    files: dict[str, bytes] = field(default_factory=dict)

    def file_address(self, data: bytes, ending: str) -> str:
        """Return the address of a file of these bytes: its name says which they are."""
        assert self.folder is not None
        name = f"{sha256(data).hexdigest()[:16]}.{ending}"
        self.files[name] = data
        return f"{quote(os.fsencode(self.folder.name))}/{name}"

    def png_address(self, data: bytes) -> str:
        """Return the address of a PNG."""
        if self.folder:
            return self.file_address(data, "png")
        return f"data:image/png;base64,{b64encode(data).decode('ascii')}"


def check_jinja() -> None:
    """Raise UsageError if the library that fills the template is not there."""
    try:
        import jinja2  # noqa: F401
    except ImportError:
        raise UsageError(
            "Jinja2 is not installed", "sampviz report", install_command("report")
        ) from None


def write_report(
    report: Report, path: Path, max_bytes: int, *, overwrite: bool = True
) -> Path | None:
    """Write the page; return the folder beside it, which is there if `max_bytes` are too few.

    Without `overwrite` only an older page of sampviz is replaced: OutputError for other files.
    """
    page_files = PageFiles()
    text = rendered(report, page_files)
    if len(text) > max_bytes:
        page_files = PageFiles(path.with_name(f"{path.stem}_files"))
        text = rendered(report, page_files)
        assert page_files.folder
        _make_folder(page_files.folder)
        for name, data in page_files.files.items():
            with atomic_write(page_files.folder / name, within=path.parent) as temporary:
                temporary.write_bytes(data)
    with atomic_write(path, overwrite=overwrite) as temporary:
        temporary.write_bytes(text)
    return page_files.folder


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as err:
        what = f"the folder of the page cannot be made: {err.strerror}"
        raise OutputError(
            what, str(folder), f"choose another name{either('', ' with -o')}"
        ) from None


def rendered(report: Report, page_files: PageFiles) -> bytes:
    """Return the page, in UTF-8; what it does not hold itself goes into `page_files`."""
    style = page_style() + asset("style.css")
    scripts = (*_SCRIPTS, *(["lesion"] if report.lesion else []))
    script = "\n".join(asset(f"{name}.js") for name in scripts)
    subjects = [_subject(subject, report) for subject in report.subjects]
    files = []
    if page_files.folder:
        files = [
            page_files.file_address(
                f"sampvizSubject({json.dumps(subject, **_JSON)})\n".encode(), "js"
            )
            for subject in subjects
        ]
    columns = report.subjects[0].levels[0].panel_data.columns
    marks = _line_styles(len(columns) - 1)
    html = filled_template(
        "template.html",
        policy=policy(style, script, page_files),
        version=__version__,
        title="; ".join(dict.fromkeys(s.image.name for s in report.subjects)),
        chains=_chains(columns, marks),
        levels=len(report.subjects[0].levels),
        subjects=[_static_view(subject, report.window, page_files) for subject in report.subjects],
        measures=[defined(metric) for metric in report.metrics],
        tables=[
            measure_table(report.metrics, i, s, n)
            for i, s in enumerate(report.subjects)
            for n in range(len(s.levels))
        ],
        reasons=undefined_reasons([level.numbers for s in report.subjects for level in s.levels]),
        reproduction=_reproduction_values(report.reproduction),
        **lesion_values(report.subjects, report.lesion, page_files.png_address),
        page={
            **page_data(report.metrics),
            "panels": len(columns),
            "marks": marks,
            "files": files,
        },
        embedded=[] if page_files.folder else subjects,
        style=style,
        script=script,
    )
    # Bytes of a file name that are no text are shown as escapes.
    return html.encode("utf-8", "backslashreplace")


def filled_template(name: str, **values: Any) -> str:
    """Return the page that a template and its values make."""
    return _template(name).render(**values)


@cache
def _template(name: str) -> "Template":
    """Return a template; to compile it takes as long as to fill it."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.policies["json.dumps_kwargs"] = _JSON
    return environment.from_string(asset(name))


def policy(style: str, script: str, page_files: PageFiles) -> str:
    """Return the content-security policy: our style and script by their hashes, nothing else.

    With a folder the script may load the files there, and pictures come from there.
    """
    trusted = " 'strict-dynamic'" if page_files.folder else ""
    image_sources = " 'self' file:" if page_files.folder else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(script)}{trusted}",
            f"style-src {_hash(style)}",
            f"img-src data:{image_sources}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}'"


def asset(name: str) -> str:
    """Return a template, a style or a script."""
    return (resources.files("sampviz.report") / "assets" / name).read_text("utf-8")


def _subject(subject: Subject, report: Report) -> dict[str, Any]:
    store = ArrayStore()
    model = subject_model(subject, store, report.metrics, report.window)
    return {"subject": model, "arrays": store.arrays}


def _chains(columns: Sequence[Column], marks: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Return the chains in words and as they are written, with the lines of the charts."""
    return [
        {"number": i, "heading": column.heading, "text": column.title, "mark": marks[i]}
        for i, column in enumerate(columns)
        if column.chain
    ]


def _static_view(subject: Subject, window: Window, page_files: PageFiles) -> dict[str, Any]:
    """Return what the page says of a subject without scripts: of a volume a slice is shown."""
    label = subject.label
    facts, static_facts = (facts_of(subject, window, rows) for rows in ((), ["image"]))
    lines = [_static_lines(subject, level) for level in subject.levels]
    subject = subject.picture
    return {
        "label": label,
        "static_label": subject.label,
        "facts": facts,
        "static_facts": static_facts,
        "images": [
            [
                _static_picture(subject, column, panel_window.limits, line, page_files)
                for column, panel_window, line in zip(
                    level.panel_data.columns, level.panel_data.windows, level_lines, strict=True
                )
            ]
            for level, level_lines in zip(subject.levels, lines, strict=True)
        ],
    }


def _static_lines(subject: Subject, level: Level) -> list[str]:
    """Return what stands under static pictures: their windows, and where slices lie elsewhere."""
    panel_data = level.panel_data
    labels = [panel_window.label for panel_window in panel_data.windows]
    if not subject.slices:
        return labels
    plane = subject.image.slice_planes[subject.opening]
    distances = [
        slice_distance(subject.image, plane, column.grids[plane.axis])
        for column in panel_data.columns
    ]
    return ["; ".join(filter(None, pair)) for pair in zip(distances, labels, strict=True)]


def _static_picture(
    subject: Subject, column: Column, limits: tuple[float, float], line: str, page_files: PageFiles
) -> dict[str, Any]:
    """Return an image at a whole zoom, in the true proportions of its pixels."""
    colormap = column.labels or GREY
    pixels = apply_colormap_to_stack(column.display_stack, limits, colormap, colour=column.colour)
    pixels = pixels[:, ::-1] if subject.mirrored else pixels
    height, width = subject.image.size
    down, along = subject.image.spacing or (1.0, 1.0)
    shown_width = width * max(1, -(-_SMALLEST // width))
    tiles = column.tiles
    return {
        "address": page_files.png_address(compact_png(pixels)),
        "width": shown_width,
        "height": max(
            1, round(shown_width * tiles[0] * height * down / (tiles[1] * width * along))
        ),
        "title": column.heading,
        "size": size_of(column, subject.image).replace("x", "×"),
        "line": line,
    }


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


def _line_styles(count: int) -> list[dict[str, str]]:
    """Return colour and dash of the line of the original and of every chain."""
    grey = {"colour": FAINT, "dash": "none"}
    return [
        grey,
        *(
            {
                # The ink of the page: black would be lost on a dark one.
                "colour": "currentColor" if line_style.colour == "#000000" else line_style.colour,
                "dash": "none"
                if line_style.dash == "-"
                else " ".join(str(2 * n) for n in line_style.dash[1]),
            }
            for line_style in line_styles(count)
        ),
    ]
