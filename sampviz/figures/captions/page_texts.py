"""The texts of the default page: what all columns share, and one line at its foot."""

import re
from collections.abc import Sequence

from sampviz.core.text import axes_text, interval_text
from sampviz.figures.captions.annotations import undrawn_aspects
from sampviz.figures.panels.detail_rows import IDEAL, Detail
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.style import NO_BREAK

_PART = "a part of"
_WITHOUT_BACKGROUND = "background of"
_LONGEST = 120  # characters of the line: what two journal columns hold in the usual type
_FIRST_IN_FOOTER = ("values ", "no room")
_IN_FOOTER = (
    "each panel",
    "each input",
    "neurological",
    "radiological",
    "striped",
)  # beginnings of facts


def shared_facts(scenes: Sequence[PanelData]) -> str:
    """Return the size of a pixel and the new Nyquist frequency, where all outputs share them.

    Parameters
    ----------
    scenes : sequence of PanelData
        What is drawn.

    Returns
    -------
    str
        "" where the outputs differ, or nothing is known in mm.
    """
    first = scenes[0]
    spacing = first.source.spacing
    if not _one_source(scenes) or spacing is None:
        return ""
    columns = first.cut.volume.columns if first.cut else first.columns
    steps = {tuple(grid.step for grid in column.grids) for column in columns[1:]}
    if len(steps) != 1:
        return ""
    outputs = [mm * float(step) for mm, step in zip(spacing, next(iter(steps)), strict=True)]
    nyquist = [0.5 / mm for mm in outputs if mm]
    part = "voxel" if first.cut else "pixel"
    return (
        f"{part} {axes_text(spacing)}{NO_BREAK}mm; outputs {axes_text(outputs)}{NO_BREAK}mm,"
        f" Nyquist {axes_text(nyquist)}{NO_BREAK}cycles/mm"
    )


def slice_texts(scenes: Sequence[PanelData]) -> str:
    """Return which slices of a volume are shown; "" for a plane, and of several volumes."""
    cuts = [scene.cut for scene in scenes if scene.cut and _one_source(scenes)]
    return ", ".join(cut.plane.text.partition(",")[0] for cut in cuts)


def taken_notes(scenes: Sequence[PanelData]) -> list[str]:
    """Return which slices, frame or channel is shown of each of several inputs.

    Parameters
    ----------
    scenes : sequence of PanelData
        What is drawn; of a single input the header says it.

    Returns
    -------
    list of str
        One note of all, or none.
    """
    if _one_source(scenes):
        return []
    texts: dict[str, list[str]] = {}
    for scene in scenes:
        if scene.image.taken:
            texts.setdefault(scene.source.name, []).append(scene.image.taken)
    return (
        ["; ".join(f"{name}: {', '.join(taken)}" for name, taken in texts.items())] if texts else []
    )


def _one_source(scenes: Sequence[PanelData]) -> bool:
    """Whether all scenes are of one image, or slices of one volume."""
    return all(scene.source is scenes[0].source for scene in scenes)


def crop_facts(scenes: Sequence[PanelData], are_parts: Sequence[bool]) -> list[str]:
    """Return what is shown of images that are cropped.

    Parameters
    ----------
    scenes : sequence of PanelData
        What is drawn.
    are_parts : sequence of bool
        Whether it is a part of a large image; else the background alone is cut off.

    Returns
    -------
    list of str
        Each once.
    """
    facts = []
    for scene, is_part in zip(scenes, are_parts, strict=True):
        if scene.crop:
            sides = "×".join(map(str, scene.image.size))
            what = f"{_PART} {sides} px" if is_part else f"{_WITHOUT_BACKGROUND} {sides} px cut off"
            facts.append(f"{what}: shown are {scene.crop.text}")
    return list(dict.fromkeys(facts))


def footer(
    scenes: Sequence[PanelData],
    detail: Detail | None,
    rows: Sequence[str],
    facts: Sequence[str],
    aspect_errors: Sequence[float],
    source: str = "",
) -> str:
    """Return the line at the foot of a page: windows, convention, reference; the rest is caption.

    Parameters
    ----------
    scenes : sequence of PanelData
        What is drawn.
    detail : Detail or None
        The enlarged region of the first scene.
    rows : sequence of str
        The names of the rows.
    facts : sequence of str
        All that a reader must know, as `annotations.describe` returns it; striped pixels and the
        convention are of it.
    aspect_errors : sequence of float
        True over drawn aspect of a pixel, for each scene.
    source : str
        What is drawn, where the title does not say it.

    Returns
    -------
    str
        At most 120 characters.
    """
    parts = [source, *(fact for fact in facts if fact.startswith(_FIRST_IN_FOOTER))]
    origins = {scene.windows[0].origin for scene in scenes}
    if len(origins) == 1:
        parts.append(origins.pop().replace(" of the original without its zeros", ""))
    if len(scenes) > 1:  # the planes of a volume
        slices = [scene.image.taken for scene in scenes if scene.image.taken in facts]
        parts += [re.sub(r" of 0\.\.\d+", "", text) for text in slices]
    parts += [fact.partition(":")[0] for fact in facts if fact.startswith(_PART)]
    if detail and "detail" in rows and _one_source(scenes) and not scenes[0].image.labels:
        low, high = detail.limits
        parts.append(f"detail {interval_text(low, high)}")
    parts += ["cropped"] * any(fact.startswith(_WITHOUT_BACKGROUND) for fact in facts)
    parts.append(_aspect_off(aspect_errors))
    parts += [fact for fact in facts if fact.startswith(_IN_FOOTER)]
    if {"error", "summary"} & set(rows):
        parts.append(f"ideal: {IDEAL.removeprefix('ideal ')}")
    if len("; ".join(filter(None, parts))) > _LONGEST:  # letters at the original say it too
        parts = [part.replace(": left is left", "") for part in parts]
    return one_line(parts)


def _aspect_off(aspect_errors: Sequence[float]) -> str:
    """Return in short by how much the shape of pixels differs from how they are drawn, if so."""
    off = max((abs(aspect - 1) for aspect in undrawn_aspects(aspect_errors)), default=0.0)
    return f"aspect {100 * off:.0f}{NO_BREAK}% off" if off else ""


def one_line(parts: Sequence[str]) -> str:
    """Return as many of the texts as fit into one line of 120 characters, the first ones first."""
    line = ""
    for part in filter(None, parts):
        longer = f"{line}; {part}" if line else part
        line = longer if len(longer) <= _LONGEST else line
    return line
