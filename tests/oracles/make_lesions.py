"""Make sample_images/t1_lesions.nii.gz and .csv: `python -m tests.oracles.make_lesions`.

Balls of known diameters in the tissue of the T1 volume, on its grid: lesions whose truth is known.
"""

import csv
import gzip
from io import StringIO
from typing import Any

import nibabel as nib
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from sampviz.images.samples import sample_path

COUNT = 60
DIAMETERS = 1.5, 12.0  # mm, evenly in the logarithm
APART = 2.8  # mm between two of them
TISSUE = 150  # of the T1: above it is no air
HEADER = ["label", "diameter_mm", "x_mm", "y_mm", "z_mm", "voxels"]


def lesions() -> tuple[NDArray[np.uint8], list[list[float]]]:
    """Return the label map as it is stored, and a row of the truth for each label."""
    t1: Any = nib.load(sample_path("t1"))
    spacing = np.array(t1.header.get_zooms()[:3], np.float64)
    head = ndimage.binary_fill_holes(np.asarray(t1.dataobj).max(axis=2) > TISSUE)
    depth = ndimage.distance_transform_edt(head, sampling=tuple(spacing[:2]))  # mm from the air
    rng = np.random.default_rng(0)
    axes = [np.arange(n) * mm for n, mm in zip(t1.shape, spacing, strict=True)]
    labels = np.zeros(t1.shape, np.uint8)
    placed: list[tuple[NDArray[np.float64], float]] = []
    rows: list[list[float]] = []
    while len(rows) < COUNT:
        # In micrometres: the table is as exact as the map.
        diameter = round(float(np.exp(rng.uniform(*np.log(DIAMETERS)))), 3)
        place = rng.uniform(0, np.array(t1.shape) - 1)
        row, column, _ = np.rint(place).astype(int)
        centre = place * spacing
        far = all(
            np.linalg.norm(centre - other) > (diameter + width) / 2 + APART
            for other, width in placed
        )
        squares = [(at - c) ** 2 for at, c in zip(axes, centre, strict=True)]
        ball = np.asarray(sum(np.ix_(*squares))) <= (diameter / 2) ** 2
        if not (far and depth[row, column] > 12 + diameter / 2 and ball.any()):
            continue
        placed.append((centre, diameter))
        labels[ball] = len(placed)
        world = nib.affines.apply_affine(t1.affine, place)
        rows.append([len(placed), diameter, *(round(float(x), 3) for x in world), int(ball.sum())])
    return labels, rows


def main() -> None:
    """Write the map and its truth."""
    labels, rows = lesions()
    t1: Any = nib.load(sample_path("t1"))
    image = nib.Nifti1Image(labels, t1.affine)
    image.header.set_xyzt_units("mm")
    image.header.set_intent("label", name="lesions")
    folder = sample_path("t1").parent
    (folder / "t1_lesions.nii.gz").write_bytes(gzip.compress(image.to_bytes(), 9, mtime=0))
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADER, *rows])
    (folder / "t1_lesions.csv").write_text(text.getvalue())


if __name__ == "__main__":
    main()
