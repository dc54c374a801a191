"""The import of nibabel, in the program without that of pydicom.

Where pydicom is installed nibabel imports it, with all its decoders, for extensions of headers that
nothing here reads: a sixth of the time to a small figure. What reads DICOM imports it itself.
"""

import sys
from typing import Any

from sampviz.core.startup import is_process_ours

__all__ = ["nib"]

if is_process_ours() and "nibabel" not in sys.modules and "pydicom" not in sys.modules:
    modules: dict[str, Any] = sys.modules
    modules["pydicom"] = None  # counts as not installed
    try:
        import nibabel as nib
    finally:
        del modules["pydicom"]
else:
    import nibabel as nib
