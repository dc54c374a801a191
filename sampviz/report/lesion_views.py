"""The part of a page about one lesion: its pictures for every diameter and polarity."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sampviz.analysis.detection.detect import DIAMETERS
from sampviz.analysis.detection.one_lesion import OneLesion
from sampviz.core.errors import UsageError
from sampviz.figures.panels.lesion_row import lesion_row
from sampviz.figures.panels.panel import Panel
from sampviz.report.array_store import compact_png
from sampviz.report.subjects import Subject

_WIDTH = 180  # px, of a picture at most, where its part of the image is not wider


@dataclass(frozen=True)
class LesionPicture:
    """A picture of the lesion as PNG, what stands above and below it, and its size in pixels."""

    png: bytes
    title: str
    line: str
    width: int
    height: int


@dataclass(frozen=True)
class LesionView:
    """All pictures of a diameter and a polarity; `text` says which."""

    diameter: float
    polarity: str
    text: str
    pictures: tuple[LesionPicture, ...]


def lesion_values(
    subjects: Sequence[Subject], inserted: OneLesion | None, address_of: Callable[[bytes], str]
) -> dict[str, Any]:
    """Return what the template of a page takes of a lesion: the pictures of every input.

    `address_of` gives the address of a PNG.
    """
    if inserted is None:
        return {"lesions": []}
    diameters = _diameters_of(subjects, inserted)
    views = [
        {
            "subject": i,
            "diameter": diameters.index(view.diameter),
            "polarity": view.polarity,
            "text": view.text,
            "images": [
                {**vars(picture), "address": address_of(picture.png)} for picture in view.pictures
            ],
        }
        for i, subject in enumerate(subjects)
        for view in lesion_views(subject, inserted, diameters)
    ]
    return {
        "lesions": views,
        "lesion_diameters": len(diameters),
        "lesion_first": diameters.index(inserted.diameter),
        "lesion_dark": inserted.sign < 0,
    }


def _diameters_of(subjects: Sequence[Subject], inserted: OneLesion) -> list[float]:
    """Return the diameters of the slider: that of the lesion, and those that fit all images."""
    for subject in subjects:
        inserted.check(subject.image)
    return [
        diameter
        for diameter in sorted({inserted.diameter, *DIAMETERS})
        if all(_fits(replace(inserted, diameter=diameter), subject) for subject in subjects)
    ]


def _fits(inserted: OneLesion, subject: Subject) -> bool:
    try:
        inserted.check(subject.image)
    except UsageError:
        return False
    return True


def lesion_views(
    subject: Subject, inserted: OneLesion, diameters: Sequence[float]
) -> list[LesionView]:
    """Return the pictures of a lesion at the last level, for each diameter, bright and dark."""
    data = replace(subject.levels[-1].panel_data, mirrored=subject.mirrored)
    views = []
    for diameter in diameters:
        for polarity, sign in (("bright", 1), ("dark", -1)):
            one = replace(inserted, diameter=diameter, sign=sign)
            row = lesion_row(data, one, _WIDTH)
            pictures = tuple(
                LesionPicture(
                    compact_png(panel.pixels),
                    column.heading,
                    panel.text_below,
                    panel.size[1],
                    panel.size[0],
                )
                for column, panel in zip(data.columns, row.panels, strict=True)
                if isinstance(panel, Panel)
            )
            views.append(LesionView(diameter, polarity, str(one), pictures))
    return views
