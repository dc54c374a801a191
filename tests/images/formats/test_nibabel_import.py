"""nibabel in part and without pydicom in the program, whole in a process of the user's."""

import os
import subprocess
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

import sampviz

pytestmark = pytest.mark.slow

READ = """
import sys
from sampviz.core.startup import take_process
if {ours}:
    take_process()
import sampviz
assert sampviz.load("sample:t1").array.shape == (256, 192)
print([name in sys.modules for name in ("nibabel.nifti1", "nibabel.cifti2", "pydicom", "ssl")])
import urllib.request
assert urllib.request.Request("http://a.b/c").host == "a.b" and "ssl" in sys.modules
import nibabel as nib, pydicom.pixels
from nibabel import imagestats
assert isinstance(nib.load("a.nii"), nib.nifti1.Nifti1Image) and imagestats is nib.imagestats
assert nib.__version__ and not hasattr(nib, "no_such_name")
"""


def test_what_is_imported_for_a_nifti_and_that_all_is_there_when_it_is_named(
    tmp_path: Path,
) -> None:
    pytest.importorskip("pydicom", reason="an extra")
    nib.save(nib.Nifti1Image(np.zeros((2, 2, 2), np.int16), np.eye(4)), tmp_path / "a.nii")
    root = str(Path(sampviz.__file__).parent.parent)
    for ours in (True, False):
        imported = [True, *[not ours] * 3]
        command = [sys.executable, "-c", READ.format(ours=ours)]
        run = subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": root},
            capture_output=True,
            text=True,
        )
        assert (run.stdout, run.stderr) == (f"{imported}\n", "")
