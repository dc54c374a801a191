"""What other libraries have for the steps of a chain, to be put together library by library.

`STEPS` has, for an operation, a function of its parameters that returns a function of arrays for
each library that may compute the same: of tensors N x 1 x H x W in torch, of planes elsewhere. Not
all of them do for all parameters; what comes out is compared before anything is timed.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import cv2
import numpy as np
from scipy import ndimage

from benchmarks.coverage_poolings import POOLINGS, Functions, Params
from sampviz.dsp.filter_taps import binomial, kernel

_TORCH_BORDER = {"zero": "constant", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}
_CV_BORDER = {
    "zero": cv2.BORDER_CONSTANT,
    "reflect": cv2.BORDER_REFLECT_101,
    "edge": cv2.BORDER_REPLICATE,
}
_SCIPY_BORDER: dict[str, Any] = {
    "zero": "constant",
    "reflect": "mirror",
    "edge": "nearest",
    "wrap": "grid-wrap",
}
_CV_FILTER = {
    "nearest": cv2.INTER_NEAREST,
    "bilinear": cv2.INTER_LINEAR,
    "bicubic": cv2.INTER_CUBIC,
}


def _functional() -> Any:
    from torch.nn import functional

    return functional


def _correlation(taps: Any, q: Params, before: Sequence[int], after: Sequence[int]) -> Functions:
    """A correlation: of torch with what lies beyond the edges first, of others with their own."""
    import torch

    s, d, border = q["s"], q.get("d", 1), q["pad"]
    weights = torch.from_numpy(taps)[None, None]
    wide = [before[1], after[1], before[0], after[0]]
    functional = _functional()

    def in_torch(t: Any) -> Any:
        if any(wide):
            t = functional.pad(t, wide, _TORCH_BORDER[border])
        return functional.conv2d(t, weights.to(t.dtype), stride=s, dilation=d)

    made: Functions = {"torch": in_torch}
    k = len(taps)
    if tuple(before) == ((k - 1) // 2,) * 2 and d == 1:
        if border in _CV_BORDER:
            anchor = (before[1], before[0])
            made["opencv"] = lambda x: np.ascontiguousarray(
                cv2.filter2D(x, -1, taps, None, anchor, 0, _CV_BORDER[border])[::s, ::s]
            )
        origin = (k - 1) // 2 - k // 2
        made["scipy"] = lambda x: np.ascontiguousarray(
            ndimage.correlate(x, taps, mode=_SCIPY_BORDER[border], origin=origin)[::s, ::s]
        )
    return made


def _conv(q: Params) -> Functions:
    taps = np.load(q["file"]) if q["file"] else kernel(q["kernel"], q["k"], q["seed"], 2)
    p = q["p"]
    if not isinstance(p, int):
        return {}
    return _correlation(taps, q, (p, p), (p, p))


def _blur(q: Params) -> Functions:
    import torch

    k, s = q["k"], q["s"]
    line = binomial(k)
    before, after = (k - 1) // 2, k // 2
    made = _correlation(np.outer(line, line), q, (before,) * 2, (after,) * 2)
    functional = _functional()
    taps = torch.from_numpy(line)

    def by_axes(t: Any) -> Any:
        t = functional.pad(t, [before, after] * 2, _TORCH_BORDER[q["pad"]])
        rows = functional.conv2d(t, taps.to(t.dtype).reshape(1, 1, k, 1), stride=(s, 1))
        return functional.conv2d(rows, taps.to(t.dtype).reshape(1, 1, 1, k), stride=(1, s))

    made["torch by axes"] = by_axes
    if q["pad"] in _CV_BORDER:
        made["opencv by axes"] = lambda x: np.ascontiguousarray(
            cv2.sepFilter2D(x, -1, line, line, None, (before, before), 0, _CV_BORDER[q["pad"]])[
                ::s, ::s
            ]
        )
    return made


def _up(name: str, q: Params) -> Functions:
    f, functional = q["f"], _functional()
    corners = {} if name == "nearest" else {"align_corners": q["corners"]}
    made: Functions = {
        "torch": lambda t: functional.interpolate(t, scale_factor=f, mode=name, **corners)
    }
    if not q.get("corners"):
        made["opencv"] = lambda x: cv2.resize(x, None, fx=f, fy=f, interpolation=_CV_FILTER[name])
    return made


def _resize(q: Params) -> Functions:
    from PIL import Image

    f, name, functional = float(q["f"]), q["filter"], _functional()
    made: Functions = {}
    if name in ("bilinear", "bicubic"):
        made["torch"] = lambda t: functional.interpolate(
            t, scale_factor=f, mode=name, align_corners=False, antialias=bool(q["antialias"])
        )
    how = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC,
           "lanczos": Image.Resampling.LANCZOS}.get(name)  # fmt: skip
    if how is not None:
        made["pillow"] = lambda x: np.asarray(
            Image.fromarray(x).resize((int(x.shape[1] * f), int(x.shape[0] * f)), how)
        )
    if name in _CV_FILTER:
        made["opencv"] = lambda x: cv2.resize(
            x, (int(x.shape[1] * f), int(x.shape[0] * f)), interpolation=_CV_FILTER[name]
        )
    return made


def _transpose(q: Params) -> Functions:
    import torch

    k, s, p = q["k"], q["s"], q["p"]
    if not isinstance(p, int):
        return {}
    if q["file"]:
        taps = np.load(q["file"])
    else:
        taps = np.ones((k, k)) if q["kernel"] == "box" else kernel(q["kernel"], k, q["seed"], 2)
    weights, functional = torch.from_numpy(taps)[None, None], _functional()
    rest = 0 if isinstance(q["op"], str) else q["op"]
    return {
        "torch": lambda t: functional.conv_transpose2d(
            t, weights.to(t.dtype), None, s, p, rest, dilation=q["d"]
        )
    }


def _spectrum(q: Params) -> Functions:
    """FLC pooling of even sides: the middle of the spectrum, by real transforms."""
    import torch

    f = q["f"]

    def in_torch(t: Any) -> Any:
        h, w = (n // f for n in t.shape[-2:])
        low = torch.fft.rfft2(t, norm="forward")[..., : w // 2 + 1]
        low = torch.cat([low[..., : h // 2, :], low[..., -(h // 2) :, :]], -2)
        return torch.fft.irfft2(low, s=(h, w), norm="forward")

    return {"torch": in_torch}


def _sinc(q: Params) -> Functions:
    import torch

    f = q["f"]

    def in_torch(t: Any) -> Any:
        h, w = t.shape[-2:]
        low = torch.fft.rfft2(t, norm="forward")
        wide = low.new_zeros(*low.shape[:-2], h * f, w * f // 2 + 1)
        wide[..., : h // 2, : w // 2 + 1] = low[..., : h // 2, :]
        wide[..., -(h // 2) :, : w // 2 + 1] = low[..., -(h // 2) :, :]
        return torch.fft.irfft2(wide, s=(h * f, w * f), norm="forward")

    return {"torch": in_torch}


def _zeros(q: Params) -> Functions:
    f, o = q["f"], q["o"]

    def in_torch(t: Any) -> Any:
        out = t.new_zeros(*t.shape[:-2], t.shape[-2] * f, t.shape[-1] * f)
        out[..., o::f, o::f] = t
        return out

    return {"torch": in_torch}


def _padding(q: Params) -> Functions:
    p, mode = q["p"], _TORCH_BORDER.get(q["mode"])
    made: Functions = {}
    if mode:
        made["torch"] = lambda t: _functional().pad(t, [p] * 4, mode)
    if q["mode"] in _CV_BORDER:
        made["opencv"] = lambda x: cv2.copyMakeBorder(x, p, p, p, p, _CV_BORDER[q["mode"]])
    return made


STEPS: dict[str, Callable[[Params], Functions]] = {
    **POOLINGS,
    "area": lambda q: {
        "torch": lambda t: _functional().interpolate(
            t, size=[n // q["f"] for n in t.shape[-2:]], mode="area"
        ),
        "opencv": lambda x: cv2.resize(
            x, (x.shape[1] // q["f"], x.shape[0] // q["f"]), interpolation=cv2.INTER_AREA
        ),
    },
    "blur": _blur,
    "conv": _conv,
    "transpose": _transpose,
    "stride": lambda q: {
        "torch": lambda t: t[..., q["o"] :: q["s"], q["o"] :: q["s"]].clone(),
        "opencv": lambda x: x[q["o"] :: q["s"], q["o"] :: q["s"]].copy(),
    },
    "nearest": partial(_up, "nearest"),
    "bilinear": partial(_up, "bilinear"),
    "bicubic": partial(_up, "bicubic"),
    "resize": _resize,
    "lanczos": lambda q: _resize({**q, "filter": "lanczos"}),
    "pyrdown": lambda q: {"opencv": cv2.pyrDown},
    "pyrup": lambda q: {"opencv": cv2.pyrUp},
    "flc": _spectrum,
    "spectral": _spectrum,
    "ideal": lambda q: _spectrum({"f": q["s"]}),
    "sinc": _sinc,
    "zeros": _zeros,
    "pad": _padding,
    "crop": lambda q: {
        "torch": lambda t: t[..., q["p"] : -q["p"], q["p"] : -q["p"]].contiguous(),
    },
    "abs": lambda q: {"torch": lambda t: t.abs(), "opencv": np.abs},
    "relu": lambda q: {"torch": lambda t: t.relu(), "opencv": lambda x: np.maximum(x, 0)},
}
