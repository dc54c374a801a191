"""The libraries that read and run networks, which may be absent."""

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
        import onnx.numpy_helper
    except ImportError:
        raise UsageError(
            "onnx is not installed", "sampviz network", install_command("network")
        ) from None
    return onnx
