"""What torch gives: poolings, convolutions and interpolations of networks."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sampviz.testing.parity.kernels import (
    BOX,
    GAUSS,
    LAPLACIAN,
    LAPLACIAN_8,
    PASCAL,
    SOBEL_X,
    Array,
    Run,
)

# Torch rounds the places between pixels to float32 here: the ratio of the sizes is no whole number.
FLOAT32_PLACES = frozenset(
    {
        "bilinear:corners=true",
        "bilinear:5:corners=true",
        "bicubic:3:corners=true",
        "resize:5x6:filter=bilinear:antialias=false",
        "resize:11x13:antialias=false",
    }
)


def cases() -> dict[str, Run]:
    """Return what the program does, under the chain that must equal it."""
    import torch
    from torch.nn import functional as F  # noqa: N812 - the name everyone uses

    def on_array(f: Callable[[Any], Any]) -> Run:
        return lambda x: f(torch.from_numpy(x)[None, None])[0, 0].numpy()

    def weight(kernel: Array) -> Any:
        return torch.tensor(np.asarray(kernel, np.float32))[None, None]

    def conv(kernel: Array, s: int = 2, p: int = 1, d: int = 1, mode: str = "") -> Run:
        if mode:
            return on_array(
                lambda x: F.conv2d(F.pad(x, (p,) * 4, mode), weight(kernel), None, s, 0, d)
            )
        return on_array(lambda x: F.conv2d(x, weight(kernel), None, s, p, d))

    def same(n: int, k: int, s: int) -> tuple[int, int]:
        total = max((-(-n // s) - 1) * s + k - n, 0)
        return total // 2, total - total // 2

    def same_pads(x: Any, k: int, s: int) -> tuple[int, ...]:
        return (*same(x.shape[-1], k, s), *same(x.shape[-2], k, s))

    def blur(k: int, s: int = 2, mode: str = "reflect", extra_padding: int = 0) -> Run:
        taps = np.array(PASCAL[k]) / sum(PASCAL[k])
        before, after = (k - 1) // 2 + extra_padding, -(-(k - 1) // 2) + extra_padding
        pads = (before, after, before, after)
        return on_array(
            lambda x: F.conv2d(F.pad(x, pads, mode), weight(np.outer(taps, taps)), None, s)
        )

    def averaged_without_padding(x: Any, k: int, s: int) -> Any:
        pads = same_pads(x, k, s)
        total = F.avg_pool2d(F.pad(x, pads), k, s)
        return total / F.avg_pool2d(F.pad(torch.ones_like(x), pads), k, s)

    return {
        "max": on_array(lambda x: F.max_pool2d(x, 2)),
        "max:ceil=true": on_array(lambda x: F.max_pool2d(x, 2, ceil_mode=True)),
        "max:k=3:s=2:p=1": on_array(lambda x: F.max_pool2d(x, 3, 2, 1)),
        "max:k=3:s=2:p=1:ceil=true": on_array(lambda x: F.max_pool2d(x, 3, 2, 1, ceil_mode=True)),
        "max:k=3:s=1:d=2": on_array(lambda x: F.max_pool2d(x, 3, 1, 0, 2)),
        "max:k=5:s=3:p=2:ceil=true": on_array(lambda x: F.max_pool2d(x, 5, 3, 2, ceil_mode=True)),
        "max:k=3:s=2:p=same": on_array(
            lambda x: F.max_pool2d(F.pad(x, same_pads(x, 3, 2), value=float("-inf")), 3, 2)
        ),
        "min:k=3:s=2:p=1": on_array(lambda x: -F.max_pool2d(-x, 3, 2, 1)),
        "avg": on_array(lambda x: F.avg_pool2d(x, 2)),
        "avg:ceil=true": on_array(lambda x: F.avg_pool2d(x, 2, ceil_mode=True)),
        "avg:k=3:s=2:p=1": on_array(lambda x: F.avg_pool2d(x, 3, 2, 1)),
        "avg:k=3:s=2:p=1:ceil=true": on_array(lambda x: F.avg_pool2d(x, 3, 2, 1, ceil_mode=True)),
        "avg:k=3:s=2:p=1:ceil=true:countpad=false": on_array(
            lambda x: F.avg_pool2d(x, 3, 2, 1, ceil_mode=True, count_include_pad=False)
        ),
        "avg:k=5:s=3:p=2:countpad=false": on_array(
            lambda x: F.avg_pool2d(x, 5, 3, 2, count_include_pad=False)
        ),
        "avg:k=3:s=2:p=same": on_array(lambda x: averaged_without_padding(x, 3, 2)),
        "avg:k=3:s=2:p=same:countpad=true": on_array(
            lambda x: F.avg_pool2d(F.pad(x, same_pads(x, 3, 2)), 3, 2)
        ),
        "conv": conv(np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]])),
        "conv:box": conv(BOX),
        "conv:gauss:pad=reflect": conv(GAUSS, mode="reflect"),
        "conv:gauss:pad=edge:s=3": conv(GAUSS, s=3, mode="replicate"),
        "conv:gauss:pad=wrap:s=1": conv(GAUSS, s=1, mode="circular"),
        "conv:sobelx": conv(SOBEL_X),
        "conv:sobely:s=1": conv(SOBEL_X.T, s=1),
        "conv:laplacian:p=0": conv(LAPLACIAN, p=0),
        "conv:laplacian8:d=2:p=2": conv(LAPLACIAN_8, p=2, d=2),
        "conv:gauss:p=same": on_array(
            lambda x: F.conv2d(F.pad(x, same_pads(x, 3, 2)), weight(GAUSS), None, 2)
        ),
        **{f"blur:{k}": blur(k) for k in PASCAL},
        "blur:3:s=1:pad=zero": blur(3, 1, "constant"),
        "blur:6:s=3:pad=edge": blur(6, 3, "replicate"),
        "blur:5:pad=wrap": blur(5, 2, "circular"),
        "blur:4:off=1": blur(4, 2, "reflect", 1),
        "nearest": on_array(lambda x: F.interpolate(x, scale_factor=2, mode="nearest")),
        "nearest:3": on_array(lambda x: F.interpolate(x, scale_factor=3, mode="nearest")),
        "bilinear": on_array(lambda x: F.interpolate(x, scale_factor=2, mode="bilinear")),
        "bilinear:3": on_array(lambda x: F.interpolate(x, scale_factor=3, mode="bilinear")),
        "bilinear:corners=true": on_array(
            lambda x: F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)
        ),
        "bilinear:5:corners=true": on_array(
            lambda x: F.interpolate(x, scale_factor=5, mode="bilinear", align_corners=True)
        ),
        "relu": on_array(F.relu),
        "maxblur": lambda x: blur(4)(F.max_pool2d(torch.from_numpy(x)[None], 2, 1)[0].numpy()),
        "convblur": on_array(
            lambda x: F.conv2d(
                F.pad(F.relu(x), (1, 2, 1, 2), "reflect"),
                weight(np.outer(PASCAL[4], PASCAL[4]) / 64),
                None,
                2,
            )
        ),
        "resizeconv": on_array(lambda x: F.interpolate(x, scale_factor=2, mode="nearest")),
        **_more_cases(on_array, weight),
    }


def _more_cases(on_array: Any, weight: Any) -> dict[str, Run]:
    import torch
    from torch.nn import functional as F  # noqa: N812

    def up(f: int, mode: str, corners: bool | None = None) -> Run:
        return on_array(
            lambda x: F.interpolate(x, scale_factor=f, mode=mode, align_corners=corners)
        )

    def resized_to(size: tuple[int, int], mode: str) -> Run:
        return on_array(lambda x: F.interpolate(x, size=size, mode=mode))

    def transposed(kernel: Array, **options: int) -> Run:
        return on_array(lambda x: F.conv_transpose2d(x, weight(kernel), **options))

    def there_and_back(k: int, s: int, p: int) -> Run:
        def run(x: Any) -> Any:
            y, indices = F.max_pool2d(x, k, s, p, return_indices=True)
            return F.max_unpool2d(y, indices, k, s, p, output_size=x.shape[-2:])

        return on_array(run)

    def twice_there_and_back(x: Any) -> Any:
        y, first = F.max_pool2d(x, 2, return_indices=True)
        z, second = F.max_pool2d(y, 2, return_indices=True)
        y = F.max_unpool2d(z, second, 2, output_size=y.shape[-2:])
        return F.max_unpool2d(y, first, 2, output_size=x.shape[-2:])

    def windows(x: Any, k: int, s: int) -> Any:
        patches = x.unfold(2, k, s).unfold(3, k, s)
        return patches.reshape(*patches.shape[:4], -1)

    def lip(x: Any) -> Any:
        weights = torch.exp(3 * x)
        return F.avg_pool2d(x * weights, 3, 2, 1) / F.avg_pool2d(weights, 3, 2, 1)

    return {
        "lp": on_array(lambda x: F.lp_pool2d(x, 2.0, 2)),
        "lp:k=3:s=2:ceil=true": on_array(lambda x: F.lp_pool2d(x, 2.0, 3, 2, ceil_mode=True)),
        "abs+lp:norm=3:k=3:s=2": on_array(lambda x: F.lp_pool2d(x.abs(), 3.0, 3, 2)),
        "median": on_array(lambda x: windows(F.pad(x, (1,) * 4, "reflect"), 3, 2).median(-1)[0]),
        "median:k=2:s=1:p=0": on_array(lambda x: windows(x, 2, 1).median(-1)[0]),
        "softpool:k=3:s=2": on_array(
            lambda x: (windows(x, 3, 2) * windows(x, 3, 2).softmax(-1)).sum(-1)
        ),
        "lip:3": on_array(lip),
        "bicubic": up(2, "bicubic", False),
        "bicubic:3:corners=true": up(3, "bicubic", True),
        "resize:5x6:filter=bilinear:antialias=false": resized_to((5, 6), "bilinear"),
        "resize:11x13:antialias=false": resized_to((11, 13), "bicubic"),
        "resize:5x12:filter=nearest": resized_to((5, 12), "nearest"),
        "resize:6x5": on_array(
            lambda x: F.interpolate(x, size=(6, 5), mode="bicubic", antialias=True)
        ),
        "transpose": transposed(np.ones((3, 3)), stride=2),
        "transpose:k=5:s=3:p=1": transposed(np.ones((5, 5)), stride=3, padding=1),
        "transpose:gauss:p=1:op=1": transposed(GAUSS, stride=2, padding=1, output_padding=1),
        "transpose:laplacian:s=3:p=2:d=2:op=1": transposed(
            LAPLACIAN, stride=3, padding=2, dilation=2, output_padding=1
        ),
        "transpose:gauss:p=same": on_array(
            lambda x: F.conv_transpose2d(x, weight(GAUSS), stride=2)[..., :-1, :-1]
        ),
        "conv+transpose:gauss:p=1:op=1": on_array(
            lambda x: F.conv_transpose2d(
                x[..., ::2, ::2], weight(GAUSS), stride=2, padding=1, output_padding=1
            )
        ),
        "zeros": transposed(np.array([[1, 0], [0, 0]]), stride=2),
        "zeros:3:o=2": transposed(np.diag([0, 0, 1]), stride=3),
        "avgunpool": transposed(np.ones((2, 2)), stride=2),
        "avgunpool:3:mode=sum": transposed(np.ones((3, 3)) / 9, stride=3),
        "max+unpool": there_and_back(2, 2, 0),
        "max:k=3:s=2:p=1+unpool": there_and_back(3, 2, 1),
        "max+max+unpool+unpool": on_array(twice_there_and_back),
        "abs": on_array(torch.abs),
    }
