"""nibabel without pydicom in the program, and with it in a process of the user's."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

NIFTI = """
import sys
from sampviz.core.startup import take_process
if {ours}:
    take_process()
import sampviz
assert sampviz.load("sample:t1").array.shape == (256, 192)
print("pydicom" in sys.modules)
import pydicom.pixels  # as what reads DICOM does
"""


def test_only_in_a_process_of_the_users_pydicom_is_imported_for_a_nifti() -> None:
    pytest.importorskip("pydicom", reason="an extra")
    printed = [
        subprocess.run(
            [sys.executable, "-c", NIFTI.format(ours=ours)], capture_output=True, text=True
        )
        for ours in (True, False)
    ]
    assert [(run.stdout, run.stderr) for run in printed] == [("False\n", ""), ("True\n", "")]
