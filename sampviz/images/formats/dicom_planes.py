"""The images of a DICOM file: where each lies, how its values are scaled and drawn."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sampviz.images.formats.dicom_elements import Elements
from sampviz.images.formats.dicom_file import OpenDicom, guarded
from sampviz.images.formats.dicom_stored import Stored, stored_images

_ALIKE = 2e-3  # what directions, and parts of spacings, may differ by within a stack


@dataclass(frozen=True, eq=False)
class Plane:
    """One image of a file.

    Parameters
    ----------
    stored : Stored
        Of its file.
    frame : int
        Its number in the file, from 0.
    position, orientation : tuple of float
        In mm, LPS: of the centre of its first pixel, and the directions along a row and along a
        column; empty where the file does not say.
    spacing : tuple of float
        mm between rows and between columns; empty where the file does not say.
    spacing_source : str
        The element that says so.
    thickness : float
        mm; 0 where the file does not say.
    slope, inter : float
        The value of a pixel is `slope` times what is stored, plus `inter`.
    windows : tuple of (float, float)
        The values that are drawn black and white, of each window.
    window_function : str
        LINEAR, LINEAR_EXACT or SIGMOID.
    """

    stored: Stored
    frame: int
    position: tuple[float, ...]
    orientation: tuple[float, ...]
    spacing: tuple[float, ...]
    spacing_source: str
    thickness: float
    slope: float
    inter: float
    windows: tuple[tuple[float, float], ...]
    window_function: str

    @property
    def is_placed(self) -> bool:
        """Whether the file says where it lies."""
        return bool(self.position and self.orientation and self.spacing)

    def belongs_to(self, other: "Plane") -> bool:
        """Whether it may lie in one stack with another image."""
        mine, of_other = self.stored, other.stored
        return (
            mine.kind == of_other.kind
            and self.is_placed == other.is_placed
            and np.allclose(self.orientation, other.orientation, rtol=0, atol=_ALIKE)
            and np.allclose(self.spacing, other.spacing, rtol=_ALIKE)
        )


def planes_of(dicom: OpenDicom, path: Path, where: str, most: int) -> list[Plane]:
    """Return the images of an open file, in the order in which they are stored.

    Parameters
    ----------
    dicom : OpenDicom
        Its elements, not checked yet.
    path : Path
        Of the file.
    where : str
        The name of the input, for errors.
    most : int
        How many images there may be.

    Returns
    -------
    list of Plane
        Empty for a file without an image.

    Raises
    ------
    InputError
        For images that are not read, or that the file is too short for.
    """
    with guarded(where):
        if not dicom.keyword or "Rows" not in dicom.elements:
            return []
        stored = stored_images(dicom, path, where, most)
        return _planes(stored, dicom.elements)


def _planes(stored: Stored, elements: Elements) -> list[Plane]:
    shared = elements.items("SharedFunctionalGroupsSequence")[:1]
    frames = elements.items("PerFrameFunctionalGroupsSequence")
    offsets = elements.numbers("GridFrameOffsetVector")
    planes = []
    for number in range(stored.frames):
        levels = [*frames[number : number + 1], *shared]
        plane = _plane(stored, number, elements, levels)
        if len(offsets) == stored.frames > 1 and plane.is_placed:
            row, column = np.array(plane.orientation[:3]), np.array(plane.orientation[3:])
            moved = np.array(plane.position) + offsets[number] * np.cross(row, column)
            plane = replace(plane, position=tuple(moved.tolist()))
        elif stored.frames > 1 and not levels:  # all at one place: a film, as of ultrasound
            plane = replace(plane, position=())
        planes.append(plane)
    return planes


def _plane(stored: Stored, number: int, elements: Elements, levels: list[Elements]) -> Plane:
    """Return one image; `levels` are what is said of it alone, then what is said of all."""

    def group(name: str) -> Elements:
        items = [item for level in levels for item in level.items(name)[:1]]
        return items[0] if items else elements

    measures, values = group("PixelMeasuresSequence"), group("PixelValueTransformationSequence")
    position = group("PlanePositionSequence").numbers("ImagePositionPatient")
    orientation = group("PlaneOrientationSequence").numbers("ImageOrientationPatient")
    window = group("FrameVOILUTSequence")
    function = window.code("VOILUTFunction") or "LINEAR"
    source = next((name for name in ("PixelSpacing", "ImagerPixelSpacing") if name in measures), "")
    spacing = measures.numbers(source) if source else ()
    is_spacing = len(spacing) == 2 and all(1e-6 < mm < 1e6 for mm in spacing)
    slope = values.number("RescaleSlope", 1.0) or 1.0
    if "DoseGridScaling" in elements:
        slope = elements.number("DoseGridScaling", 1.0) or 1.0
    inter = values.number("RescaleIntercept", 0.0)
    windows = _windows(window, function)
    if stored.is_inverted:
        mirror = slope * stored.inverted(0) + 2 * inter
        windows = tuple((mirror - high, mirror - low) for low, high in windows)
    return Plane(
        stored,
        number,
        position if len(position) == 3 else (),
        orientation if _is_orientation(orientation) else (),
        spacing if is_spacing else (),
        source if is_spacing else "",
        max(0.0, measures.number("SliceThickness", 0.0)),
        slope,
        inter,
        windows,
        function,
    )


def _is_orientation(values: tuple[float, ...]) -> bool:
    """Whether six numbers are two directions at a right angle."""
    if len(values) != 6:
        return False
    row, column = np.array(values[:3]), np.array(values[3:])
    lengths = np.linalg.norm(row), np.linalg.norm(column)
    return bool(np.allclose(lengths, 1, atol=0.01) and abs(row @ column) < 0.01)


def _windows(elements: Elements, function: str) -> tuple[tuple[float, float], ...]:
    """Return the values that each window draws black and white (PS3.3, C.11.2.1.2)."""
    pairs = zip(elements.numbers("WindowCenter"), elements.numbers("WindowWidth"), strict=False)
    if function == "LINEAR":
        return tuple(
            (centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2)
            for centre, width in pairs
            if width > 1
        )
    return tuple((c - width / 2, c + width / 2) for c, width in pairs if width > 0)
