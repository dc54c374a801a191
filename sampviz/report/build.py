"""The page of some inputs and chains: options are checked, all is measured, then written."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Unpack

from sampviz.analysis.arguments import ChainsLike, Reading
from sampviz.analysis.channel_choice import check_channel
from sampviz.analysis.detection.one_lesion import OneLesion
from sampviz.analysis.measure_sources import SourcesLike, source_list
from sampviz.analysis.metrics import parse_metrics
from sampviz.core.atomic_write import check_target
from sampviz.core.byte_size import parse_bytes
from sampviz.core.errors import OutputError, SampvizError
from sampviz.core.progress import Progress, with_progress
from sampviz.core.written_page import WrittenPage
from sampviz.figures.options import Convention, check_values
from sampviz.images.intensity_window import Window
from sampviz.images.selection import Selection
from sampviz.ops.convert import as_chains
from sampviz.report.reproduction import reproduction_of
from sampviz.report.subjects import Subject, readings, subjects_of
from sampviz.report.write_page import Report, check_jinja, write_report

MAX_SIZE = "15MB"
# What nobody has to write into the command that makes the page again.
_DEFAULTS = {
    "levels": 1,
    "convention": "neurological",
    "max_size": MAX_SIZE,
    "nan": "keep",
    "palette": "colours",
    "scale": "none",
}


def report(
    sources: SourcesLike,
    chains: ChainsLike,
    path: str | Path = "report.html",
    *,
    levels: int = 1,
    measures: str | None = None,
    window: str | None = None,
    convention: Convention = "neurological",
    lesion: str | None = None,
    max_size: str = MAX_SIZE,
    allow_code: bool = False,
    overwrite: bool = True,
    progress: Progress[Subject] | None = None,
    **reading: Unpack[Reading],
) -> WrittenPage:
    """Write one HTML file to look at what chains make of an image: it opens from disk, offline.

    As `sampviz report`. It opens on the detail in which the chains differ most from the ideal
    low-pass: pictures in register that zoom and pan together and share a grey window, overlays of
    error, alias and difference, a slider between any two, the spectra and where a frequency folds
    to, the measures, and how to make it again.

    Parameters
    ----------
    sources : str, path or sequence of these
        Files, patterns (`"scans/*.nii.gz"`) and `"sample:NAME"`.
    chains : str, Chain or sequence of these
        A panel each: `"max,stride,blur,flc"`.
    path : path
        Where the page goes, a name that ends in .html.
    levels : int
        Each chain is applied 1, 2 .. so many times, 1..16.
    measures : str, optional
        Some of `sampviz measure --list`, `"alias,psnr"`; all by default.
    window : str, optional
        Black and white: percentiles `"p1,p99"` or values `"0,800"`. By default the range of the
        format, or p1,p99.
    convention : {"neurological", "radiological"}
        Whether the patient's left is drawn left or right.
    lesion : str, optional
        A disc that is put into the image, `"3mm:-30%@120,80"` as in `sampviz.compare`: the page
        has a slider over its diameter, brighter and darker.
    max_size : str
        Of a page that would be larger, `"15MB"`, the data go to a folder beside it, NAME_files.
    allow_code : bool
        Let a step be `package.module:name`, code that is imported, which runs it.
    overwrite : bool
        Replace a file that sampviz did not make, too.
    progress : callable, optional
        `progress(work, count)` yields the pieces of `work`: a wrapper such as that of tqdm.
    **reading
        Which picture of each file is read, as for `sampviz.load`: plane, slice, frame, channel,
        mosaic, kspace, volume, nan, max_pixels, scale. Of several slices, `"40%,60%"`, all are
        shown; of a volume, `volume=True`, a plane and a slice are chosen on the page.

    Returns
    -------
    pathlib.Path
        The page, which a notebook shows in a frame.

    Raises
    ------
    UsageError
        For what cannot be meant, before anything is read, and for more than a browser can hold,
        such as of large volumes.
    InputError
        For the first input that cannot be read, when the page of the others is written; so with
        the ChainError of one that a chain does not fit.
    OutputError
        If the page cannot be written.

    Examples
    --------
    >>> import sampviz, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = sampviz.report("sample:dwi", "max,flc", f"{folder}/dwi.html", measures="psnr")
    ...     page.read_text("utf-8").startswith("<!DOCTYPE html>")
    True
    """
    options = {
        **reading,
        "levels": levels,
        "measures": measures,
        "window": window,
        "convention": convention,
        "lesion": lesion,
        "max_size": max_size,
        "allow_code": allow_code,
    }
    _, failures = write_page_of(
        sources, chains, Path(path), options, overwrite=overwrite, progress=progress
    )
    for error in failures.values():
        raise error
    return WrittenPage(path)


def write_page_of(
    sources: SourcesLike,
    chains: ChainsLike,
    path: Path,
    options: Mapping[str, Any],
    *,
    overwrite: bool,
    progress: Progress[Subject] | None,
) -> tuple[Path | None, dict[str, SampvizError]]:
    """Write the page as the `options` of `report` say.

    Return the folder beside it, if there is one, and the inputs that cannot be read or go through a
    chain: the page is of the others. An error is raised if there are no others.
    What is written of how to make the page again are those options that are not the default ones.
    """
    parsed = as_chains(chains, allow_code=options["allow_code"])
    check_values(levels=options["levels"], convention=options["convention"])
    max_bytes = parse_bytes(options["max_size"], "max_size")
    if path.suffix.lower() not in (".html", ".htm"):
        raise OutputError("a page is HTML", str(path), "end the name in .html")
    text = options.get("lesion")
    inserted = OneLesion.parse(text) if text is not None else None
    check_jinja()
    metrics, window = parse_metrics(options["measures"]), Window.parse(options["window"])
    reading = {name: options[name] for name in Reading.__annotations__ if name in options}
    for slice_reading in readings(reading):
        check_channel(Selection(**slice_reading), parsed)
    paths = source_list(sources)
    check_target(path, paths, overwrite=overwrite)
    failures: dict[str, SampvizError] = {}
    measured_subjects = subjects_of(
        paths,
        parsed,
        metrics,
        reading=reading,
        levels=options["levels"],
        window=window,
        radiological=options["convention"] == "radiological",
        failures=failures,
    )
    count = len(paths) * len(readings(reading))
    subjects = list(with_progress(measured_subjects, count, progress))
    if not subjects:
        raise next(iter(failures.values()))
    settings = {
        name: value
        for name, value in options.items()
        if value not in (None, False) and value != _DEFAULTS.get(name)
    }
    readable = [path for path in paths if path not in failures]
    reproduction = reproduction_of(readable, parsed, metrics, settings)
    report_model = Report(subjects, metrics, window, reproduction, inserted)
    return write_report(report_model, path, max_bytes, overwrite=overwrite), failures
