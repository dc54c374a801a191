"""Where a network comes from: a file, a sample, onnx, code that makes one in torch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sampviz.analysis.shape_trace import read_size
from sampviz.core.errors import UsageError, argument
from sampviz.images.input_names import PREFIX
from sampviz.images.samples import sample_network_path
from sampviz.networks.torch_module import exported, is_torch_module, named_module


def as_onnx(
    model: Any,
    size: str | Sequence[int] | None,
    *,
    torch: str | None,
    weights: str | Path | None,
    allow_code: bool,
) -> Any:
    """Return a model as what `read_model` takes: one in torch is exported, a sample is found.

    Parameters
    ----------
    model : str, Path, onnx.ModelProto, torch.nn.Module or None
        A network, of strings also `sample:NAME`; None with `torch`.
    size : str, sequence of int or None
        Of the image.
    torch : str or None
        `package.module:name` of code that makes a module.
    weights : str, Path or None
        The file with its weights.
    allow_code : bool
        Whether the code may be run.

    Returns
    -------
    str, Path or onnx.ModelProto

    Raises
    ------
    UsageError
        For no model, two of them, and weights without code.
    InputError
        For a sample that is no network.
    """
    if (model is None) == (torch is None):
        what = "there is no model" if model is None else "there are two models"
        raise UsageError(
            what, "sampviz network", "give an ONNX model, or code that makes one in torch"
        )
    if weights is not None and torch is None:
        what = "there is no code that the weights are for"
        raise UsageError(what, argument("weights"), f"add {argument('torch')}")
    if torch is not None:
        model = named_module(torch, weights, allow_code=allow_code)
    if is_torch_module(model):
        return exported(model, None if size is None else read_size(size))
    if isinstance(model, str) and model.startswith(PREFIX):
        return sample_network_path(model)
    return model
