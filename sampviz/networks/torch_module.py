"""A network in torch as an ONNX model: made by code of the user, with weights from a file.

torch is imported here alone. Nothing of a file is run: it may hold tensors and nothing else.
"""

import io
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from copy import deepcopy
from pathlib import Path
from typing import Any

from sampviz.core.errors import ChainError, InputError, UsageError, argument
from sampviz.core.installation import install_command
from sampviz.core.open_file import file_size, open_file
from sampviz.core.text import short_repr
from sampviz.core.warn import warn
from sampviz.dsp.grid import Size
from sampviz.networks.requirements import import_onnx
from sampviz.ops.user_import import imported

_OPSET = 17  # of the exporter by tracing, whose graphs have fewer nodes of shapes
_STDOUT = 1
_LARGEST_WEIGHTS = 2**34  # bytes
_USUAL_SIZE = {2: (256, 256), 3: (64, 64, 64)}  # px, by the number of axes of space
_PARTS = ("state_dict", "model_state_dict", "network_weights", "model", "net")


def is_torch_module(value: object) -> bool:
    """Return whether a value is a torch module; torch is not imported for it."""
    torch: Any = sys.modules.get("torch")  # whoever made a module has imported it
    return torch is not None and isinstance(value, torch.nn.Module)


def named_module(name: str, weights: str | Path | None, *, allow_code: bool) -> Any:
    """Return the module that code of the user makes.

    Parameters
    ----------
    name : str
        `package.module:name` of a module, or of what makes one without arguments.
    weights : str or Path, optional
        A file of torch.save with a state dict, or with one under a usual name.
    allow_code : bool
        Whether the code may be run.

    Returns
    -------
    torch.nn.Module

    Raises
    ------
    UsageError
        For code that may not be run or makes no module, and if torch is not installed.
    InputError
        For a file that holds other things than tensors, or not those of the module.
    """
    where = argument("torch", name)
    package, colon, path = name.partition(":")
    if not (package and colon and path):
        what = f"{short_repr(repr(name))} names no code"
        raise UsageError(what, argument("torch"), "write package.module:name")
    if not allow_code:
        what = f"{short_repr(repr(name))} is code, and code is not run unasked"
        fix = f"add {argument('allow_code', True)} to run code from {package}"
        raise UsageError(what, where, fix)
    torch = _import_torch()
    try:
        module = imported(package, path)
    except ChainError as err:
        what, _, fix = err.texts
        raise UsageError(what, where, fix) from err.__cause__
    if not isinstance(module, torch.nn.Module):
        try:
            module = module()
        except Exception as err:
            what = f"{name} cannot be made without arguments: {_in_words(err)}"
            raise UsageError(what, where, "name a function that needs none") from err
    if not isinstance(module, torch.nn.Module):
        what = f"{name} makes a {type(module).__name__}, which is no torch module"
        raise UsageError(what, where, "name a module, or a function that makes one")
    if weights is not None:
        _load(torch, module, Path(weights))
    return module


def exported(module: Any, size: Size | None) -> Any:
    """Export a module to ONNX, as it computes in eval mode.

    Parameters
    ----------
    module : torch.nn.Module
        A network of images; it is copied.
    size : tuple of int or None
        Of the image, without channels; 256 x 256 or 64 x 64 x 64 by default, which is said.

    Returns
    -------
    onnx.ModelProto

    Raises
    ------
    UsageError
        If no exporter of torch can do it.
    """
    torch, onnx = _import_torch(), import_onnx()
    name = type(module).__name__
    channels, axes = _entrance(torch, module)
    sides = size or _USUAL_SIZE[axes]
    if len(sides) != axes:
        what = f"{name} takes images of {axes} axes"
        raise UsageError(what, argument("size", "x".join(map(str, sides))), "give as many sides")
    copy = deepcopy(module).to("cpu", torch.float32).eval()
    image = torch.zeros(1, channels, *sides)
    with warnings.catch_warnings(), _without_output(), torch.no_grad():
        warnings.simplefilter("ignore")
        try:
            copy(image)
        except Exception as err:
            shape = "x".join(map(str, image.shape))
            what = f"{name} cannot be run on zeros of {shape}: {_in_words(err)}"
            raise UsageError(what, argument("size"), "give a size that it takes") from err
        content, exporter = _written(torch, copy, image, name)
    shape = "x".join(map(str, image.shape))
    what = f"{name} was exported for an image of {shape} by {exporter}"
    warn(what + (f"; {argument('size')} chooses" if size is None else ""))
    return onnx.load_model_from_string(content)


def _import_torch() -> Any:
    try:
        import torch
    except ImportError:
        what = "torch is not installed"
        raise UsageError(what, "sampviz network", install_command("torch")) from None
    return torch


@contextmanager
def _without_output() -> Iterator[None]:
    """Drop what exporters print, also past Python, and their log."""
    sys.stdout.flush()
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    original = os.dup(_STDOUT)
    with Path(os.devnull).open("w") as nowhere:
        try:
            os.dup2(nowhere.fileno(), _STDOUT)
            with redirect_stdout(nowhere):
                yield
        finally:
            logging.disable(level)
            os.dup2(original, _STDOUT)
            os.close(original)


def _entrance(torch: Any, module: Any) -> tuple[int, int]:
    """Return the channels of the image and its axes of space, of the first convolution."""
    for part in module.modules():
        for axes in (2, 3):
            if isinstance(part, getattr(torch.nn, f"Conv{axes}d")):
                return part.in_channels, axes
    what = f"{type(module).__name__} has no convolution, which says what it takes"
    raise UsageError(what, argument("torch"), "export it to ONNX yourself and give the file")


def _written(torch: Any, module: Any, image: Any, name: str) -> tuple[bytes, str]:
    """Return the bytes of the model, and which exporter wrote it: by tracing if it can."""
    file = io.BytesIO()
    names = {"input_names": ["image"]}
    try:
        torch.onnx.export(
            module, (image,), file, opset_version=_OPSET, dynamo=False, verbose=False, **names
        )
        return file.getvalue(), f"torch.onnx.export, dynamo=False, opset {_OPSET}"
    except Exception as err:
        reason = _in_words(err)
    try:
        program = torch.onnx.export(module, (image,), dynamo=True, verbose=False, **names)
    except Exception as err:
        what = f"torch cannot export {name}: {reason}; and by dynamo: {_in_words(err)}"
        fix = "export it to ONNX yourself and give the file"
        if isinstance(err, ModuleNotFoundError):
            fix = f"install {err.name}, or {fix}"
        raise UsageError(what, argument("torch"), fix) from err
    proto = program.model_proto
    opset = max(entry.version for entry in proto.opset_import if not entry.domain)
    return proto.SerializeToString(), f"torch.onnx.export, dynamo=True, opset {opset}"


def _load(torch: Any, module: Any, path: Path) -> None:
    """Put weights of a file into a module; of the file tensors are read and nothing else."""
    with open_file(path, str(path)) as file:
        if file_size(file) > _LARGEST_WEIGHTS:
            what = f"the file has more than {_LARGEST_WEIGHTS} bytes"
            raise InputError(what, str(path), "save the state dict alone")
        try:
            content = torch.load(file, map_location="cpu", weights_only=True)
        except Exception:  # of pickle, zip and torch, long and with advice to run the file
            what = "the file holds no weights, or other things than tensors"
            raise InputError(
                what, str(path), "save with torch.save(net.state_dict(), ..)"
            ) from None
    try:
        module.load_state_dict(_state_dict(torch, content, path))
    except RuntimeError as err:
        reason = str(err).splitlines()[-1].strip()  # above it stands that there is one
        what = f"the weights are not those of {type(module).__name__}: {short_repr(reason)}"
        raise InputError(what, str(path), "name the code that made them") from None


def _state_dict(torch: Any, content: Any, path: Path) -> Any:
    """Return the tensors by name that a file holds, under a usual name or bare."""
    parts = [content]
    if isinstance(content, dict):
        parts += [content[name] for name in _PARTS if name in content]
    for part in parts:
        if isinstance(part, dict) and part and all(map(torch.is_tensor, part.values())):
            return part
    what = f"the file holds no state dict, neither bare nor as {' or '.join(_PARTS)}"
    raise InputError(what, str(path), "save with torch.save(net.state_dict(), ..)")


def _in_words(err: Exception) -> str:
    text = " ".join(str(err).split())
    return short_repr(f"{type(err).__name__}: {text}" if text else type(err).__name__)
