"""The libraries that read and run networks, which may be absent."""

from importlib import import_module
from typing import Any

from sampviz.core.errors import UsageError
from sampviz.core.installation import install_command


def import_onnx() -> Any:
    """Import onnx with the modules that are used of it.

    Returns
    -------
    module

    Raises
    ------
    UsageError
        If it is not installed.
    """
    try:
        for name in ("onnx.external_data_helper", "onnx.numpy_helper"):
            import_module(name)
        return import_module("onnx")
    except ImportError:
        raise UsageError(
            "onnx is not installed", "sampviz network", install_command("network")
        ) from None
