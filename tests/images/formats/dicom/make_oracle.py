"""Write what SimpleITK reads of the series that tests make: values and geometry.

`python -m tests.images.formats.dicom.make_oracle` writes oracle.json beside it.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK

from tests.images.formats.dicom.series import SERIES


def read(folder: Path) -> dict[str, Any]:
    """Return the voxels of a series, (slices, rows, columns), and where they lie in RAS+ mm.

    `affine` takes (column, row, slice, 1) there, and is never sheared; `origins` are of each slice
    by itself.
    """
    # Each image once: where two lie at one place, GDCM orders files by their names.
    once = {path.read_bytes(): path for path in sorted(folder.iterdir())}
    reader = SimpleITK.ImageSeriesReader()
    with tempfile.TemporaryDirectory() as copies:
        for data, path in once.items():
            (Path(copies) / path.name).write_bytes(data)
        names = reader.GetGDCMSeriesFileNames(copies)
        names = [str(folder / Path(name).name) for name in names]
    if len(names) == 1:
        image = SimpleITK.ReadImage(names[0])
    else:
        reader.SetFileNames(names)
        image = reader.Execute()
    affine = np.eye(4)
    affine[:3, :3] = np.reshape(image.GetDirection(), (3, 3)) * image.GetSpacing()
    affine[:3, 3] = image.GetOrigin()
    voxels = SimpleITK.GetArrayFromImage(image)
    origins = [SimpleITK.ReadImage(name).GetOrigin() for name in names] if len(names) > 1 else []
    return {
        "origins": [[-x, -y, z] for x, y, z in origins],
        "affine": (np.diag([-1, -1, 1, 1]) @ affine).round(9).tolist(),
        "values": voxels.tolist(),
    }


def main() -> None:
    """Make all series in a folder of their own, read them, and write the file."""
    with tempfile.TemporaryDirectory() as folder:
        series = {case.name: read(case.write(Path(folder))) for case in SERIES}
    facts = {"program": f"SimpleITK {SimpleITK.Version.VersionString()}", "series": series}
    path = Path(__file__).with_name("oracle.json")
    path.write_text(json.dumps(facts, separators=(",", ":")) + "\n")
    print(path)


if __name__ == "__main__":
    main()
