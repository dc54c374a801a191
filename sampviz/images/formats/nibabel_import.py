"""The import of nibabel, in the program of what it reads NIfTI with alone, and without pydicom.

nibabel imports all its formats, and pydicom with all its decoders where that is installed, for
extensions of headers that nothing here reads: of the time to a small figure a twentieth and a
sixth. What it would fetch images from the network with takes another twentieth. So in a process
that is ours a part of nibabel is imported when it is named, and all of it when anything else is.
What reads DICOM imports pydicom itself.
"""

import sys
from importlib import import_module
from importlib.util import LazyLoader, find_spec, module_from_spec
from typing import Any

from sampviz.core.startup import is_process_ours

__all__ = ["nib"]


def _import_parts() -> None:
    """Import what NIfTI is read with."""
    spec = find_spec("nibabel")
    if spec is None or spec.loader is None:
        return
    modules: dict[str, Any] = sys.modules
    package = modules["nibabel"] = module_from_spec(spec)
    run = spec.loader.exec_module

    def attribute(name: str) -> Any:
        """Return a part of the package; what is none is there when all of it has been imported."""
        if find_spec(f"nibabel.{name}"):
            return import_module(f"nibabel.{name}")
        vars(package).pop("__getattr__", None)
        run(package)
        return getattr(package, name)

    vars(package)["__getattr__"] = attribute
    _import_when_used("urllib.request")
    has_pydicom = "pydicom" in modules
    modules.setdefault("pydicom", None)  # counts as not installed
    try:
        import_module("nibabel.nifti2")
    finally:
        if not has_pydicom:
            del modules["pydicom"]


def _import_when_used(name: str) -> None:
    """Let a module be there, and be run when something of it is used."""
    spec = find_spec(name)
    if name in sys.modules or spec is None or spec.loader is None:
        return
    spec.loader = LazyLoader(spec.loader)
    package, _, part = name.rpartition(".")
    module = sys.modules[name] = module_from_spec(spec)
    setattr(sys.modules[package], part, module)
    spec.loader.exec_module(module)


if is_process_ours() and "nibabel" not in sys.modules:
    _import_parts()
import nibabel as nib  # noqa: E402 - when it is prepared
