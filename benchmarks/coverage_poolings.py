"""What other libraries have for poolings: windows of pixels, linear or not."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import cv2
import numpy as np
from scipy import ndimage

from benchmarks.volume_peers import HAS_SKIMAGE

Params = Mapping[str, Any]
Function = Callable[[Any], Any]
Functions = dict[str, Function]


def _functional() -> Any:
    from torch.nn import functional

    return functional


def _windows(q: Params, torch_name: str, sign: int) -> Functions:
    """Max and min: torch's pooling, OpenCV's morphology, SciPy's filter, scikit-image's blocks."""
    k, s, p, d = q["k"], q["s"], q["p"], q["d"]
    pool = getattr(_functional(), torch_name)
    made: Functions = {
        "torch": lambda t: sign * pool(sign * t, k, s, p, d, ceil_mode=q["ceil"]),
    }
    ones = np.ones((k, k), np.uint8)
    if d == 1 and not q["ceil"] and p == 0:
        morph = cv2.dilate if sign > 0 else cv2.erode
        made["opencv"] = lambda x: np.ascontiguousarray(
            morph(x, ones, anchor=(0, 0))[: x.shape[0] - k + 1 : s, : x.shape[1] - k + 1 : s]
        )
        extreme = ndimage.maximum_filter if sign > 0 else ndimage.minimum_filter
        low = k // 2
        made["scipy"] = lambda x: np.ascontiguousarray(
            extreme(x, k)[low : x.shape[0] - k + 1 + low : s, low : x.shape[1] - k + 1 + low : s]
        )
        if k == s:
            made |= _blocks(k, np.max if sign > 0 else np.min)
    return made


def _blocks(f: int, function: Function) -> Functions:
    if not HAS_SKIMAGE:
        return {}
    from skimage.measure import block_reduce

    def reduce(x: Any) -> Any:
        whole = x[: x.shape[0] // f * f, : x.shape[1] // f * f]
        return block_reduce(whole, (f, f), function)

    return {"scikit-image": reduce}


def _avg(q: Params) -> Functions:
    k, s, p = q["k"], q["s"], q["p"]
    pool = _functional().avg_pool2d
    made: Functions = {"torch": lambda t: pool(t, k, s, p, q["ceil"], q["countpad"])}
    if k == s and not p and not q["ceil"]:
        made["opencv"] = lambda x: cv2.resize(
            x[: x.shape[0] // k * k, : x.shape[1] // k * k],
            (x.shape[1] // k, x.shape[0] // k),
            interpolation=cv2.INTER_AREA,
        )
        made |= _blocks(k, np.mean)
    return made


def _weighted(q: Params, gain: float = 1.0) -> Functions:
    """Means under weights exp(gain x): softpool and lip."""
    k, s, p, pool = q["k"], q["s"], q.get("p", 0), _functional().avg_pool2d

    def in_torch(t: Any) -> Any:
        weight = (gain * t).exp()
        return pool(t * weight, k, s, p) / pool(weight, k, s, p)

    return {"torch": in_torch}


def _lp(q: Params) -> Functions:
    return {"torch": lambda t: _functional().lp_pool2d(t, float(q["norm"]), q["k"], q["s"])}


def _gem(q: Params) -> Functions:
    norm, pool = float(q["norm"]), _functional().avg_pool2d
    return {
        "torch": lambda t: pool(t.clamp(min=float(q["eps"])) ** norm, q["k"], q["s"]) ** (1 / norm)
    }


def _mixed(q: Params) -> Functions:
    functional, a = _functional(), float(q["a"])
    pools = (
        partial(functional.max_pool2d, kernel_size=q["k"], stride=q["s"]),
        partial(functional.avg_pool2d, kernel_size=q["k"], stride=q["s"]),
    )
    return {"torch": lambda t: a * pools[0](t) + (1 - a) * pools[1](t)}


def _median(q: Params) -> Functions:
    k, s, p = q["k"], q["s"], q["p"]
    functional = _functional()

    def in_torch(t: Any) -> Any:
        if p:
            t = functional.pad(t, [p] * 4, "reflect")
        windows = t.unfold(-2, k, s).unfold(-2, k, s).flatten(-2)
        return windows.median(-1).values

    made: Functions = {"torch": in_torch}
    if p == k // 2 and k % 2:
        made["scipy"] = lambda x: np.ascontiguousarray(
            ndimage.median_filter(x, k, mode="mirror")[::s, ::s]
        )
    return made


def _local_mean(q: Params) -> Functions:
    if not HAS_SKIMAGE:
        return {}
    from skimage.transform import downscale_local_mean

    return {"scikit-image": lambda x: downscale_local_mean(x, (q["f"],) * 2)}


POOLINGS: dict[str, Callable[[Params], Functions]] = {
    "max": lambda q: _windows(q, "max_pool2d", 1),
    "min": lambda q: _windows(q, "max_pool2d", -1),
    "avg": _avg,
    "localmean": _local_mean,
    "softpool": _weighted,
    "lip": lambda q: _weighted(q, float(q["gain"])),
    "lp": _lp,
    "gem": _gem,
    "mixed": _mixed,
    "median": _median,
}
