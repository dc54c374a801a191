"""Where resizing differs from a program on purpose, and the numbers that show it."""

import numpy as np

from sampviz.ops.chain import Chain
from sampviz.testing.parity.deviation import Deviation, Numbers
from sampviz.testing.parity.kernels import Array

_CUBIC = "resize:size=40x70:filter=bicubic:antialias=false:outside=drop:a=-0.5"


def _ramp(n: int) -> Array:
    return np.tile(np.arange(float(n)), (n, 1))


def _first(chain: str, x: Array) -> float:
    return float(Chain.parse(chain)(x)[0, 0])


def _nearest_numbers() -> Numbers:
    nearest = "resize:f=0.5:filter=nearest"
    return {"apart": _first(f"{nearest}:at=half", _ramp(8)) - _first(nearest, _ramp(8))}


def nearest_exact_of_torch(old: int, new: int) -> Array:
    """Return which pixels nearest-exact of torch takes, with a ratio rounded to float32."""
    ratio = np.float32(old) / np.float32(new)
    return np.floor((np.arange(new, dtype=np.float32) + np.float32(0.5)) * ratio).astype(int)


def _tie_numbers() -> Numbers:
    ours = Chain.parse("resize:size=1x47:filter=nearest:at=half")(_ramp(64)[:1])[0]
    theirs = nearest_exact_of_torch(64, 47)
    number = int(np.flatnonzero(ours != theirs)[0])
    return {"number": number, "theirs": theirs[number], "ours": ours[number]}


def _zoom_numbers() -> Numbers:
    spline = "resize:f=0.5:filter=spline:order=1"
    theirs = Chain.parse(f"{spline}:round=half:at=corners")(_ramp(7))[0]
    ours = Chain.parse(spline)(_ramp(7))[0]
    return {"size": len(theirs), "own_size": len(ours), "theirs": theirs[-1], "ours": ours[-1]}


def _outside_numbers() -> Numbers:
    cubic = "resize:f=2:filter=bicubic:antialias=false"
    return {
        "theirs": _first(f"{cubic}:outside=drop", _ramp(8)),
        "ours": _first(cubic, _ramp(8)),
    }


def cubic_by_table(x: Array, size: tuple[int, int]) -> Array:
    """Return the cubic of TensorFlow, a = -1/2, of fractions in 1024 steps; size h x w."""
    for axis, n in enumerate(size):
        lines = np.moveaxis(x, axis, 0)
        count = len(lines)
        places = (np.arange(n) + 0.5) * count / n - 0.5
        low = np.floor(places).astype(int)
        part = np.rint((places - low) * 1024) / 1024
        out, total = np.zeros((n, *lines.shape[1:])), np.zeros(n)
        for tap in range(-1, 3):
            t = np.abs(part - tap)
            near = ((1.5 * t - 2.5) * t) * t + 1
            weight = np.where(t <= 1, near, ((-0.5 * t + 2.5) * t - 4) * t + 2)
            weight[(low + tap < 0) | (low + tap >= count)] = 0
            out += weight[:, None] * lines[np.clip(low + tap, 0, count - 1)]
            total += weight
        x = np.moveaxis(out / total[:, None], 0, axis)
    return x


def _table_numbers() -> Numbers:
    x = np.random.default_rng(0).random((18, 30))
    return {"apart": np.abs(cubic_by_table(x, (40, 70)) - Chain.parse(_CUBIC)(x)).max()}


def _skimage_numbers() -> Numbers:
    edge = np.where(_ramp(16) < 8, 0.0, 1.0)
    spline = "resize:f=2:filter=spline"
    chains = map(Chain.parse, (f"{spline}:clip=true", spline))
    theirs, ours = (float(chain(edge).max()) for chain in chains)
    return {"theirs": theirs, "ours": ours}


def _area_numbers() -> Numbers:
    theirs, ours = (Chain.parse(f"{op}:size=4x4")(_ramp(10))[0, 1] for op in ("avg", "area"))
    return {"theirs": theirs, "ours": ours}


def _aligned_numbers() -> Numbers:
    """Return what a ramp of 16 px reads first, made 4: theirs by the middles of cells of 5 px."""
    distances = np.abs(np.arange(16) + 0.5 - 2.5)
    weights = np.maximum(0, 1 - distances / 5)
    chain = "resize:size=16x4:filter=bilinear:at=corners"
    return {"theirs": weights @ np.arange(16) / weights.sum(), "ours": _first(chain, _ramp(16))}


RESIZE_DEVIATIONS = (
    Deviation(
        ("resize",),
        "scikit-image (order=0), Pillow (NEAREST), TensorFlow (nearest)",
        "half as large, with filter=nearest theirs takes the pixel {apart:g} px after ours",
        "theirs is the nearest to the middle of a new pixel; by default here its start counts, as"
        " in nearest of torch and OpenCV",
        "resize:f=0.5:filter=nearest:at=half",
        _nearest_numbers,
    ),
    Deviation(
        ("resize",),
        "torch (nearest-exact), Pillow (NEAREST)",
        "of 64 to 47 px sample {number:g} lies halfway between two pixels: theirs takes"
        " {theirs:g}, with at=half ours takes {ours:g}",
        "they multiply by a rounded 64/47; here a tie goes up, in whole numbers",
        "",
        _tie_numbers,
    ),
    Deviation(
        ("resize",),
        "SciPy (ndimage.zoom)",
        "of 7 px and 0.5 it makes {size:g}, here {own_size:g}; the last lies at {theirs:g} px,"
        " here at {ours:.3f}",
        "its size is rounded, half to even, and by default (grid_mode=False) its outer samples lie"
        " on the outer pixels",
        "resize:f=0.5:filter=spline:round=half:at=corners",
        _zoom_numbers,
    ),
    Deviation(
        ("resize", "bicubic"),
        "TensorFlow, ONNX (exclude_outside=1)",
        "the first pixel of a ramp from 0, twice as large by cubics, is {theirs:.4f}; here"
        " {ours:.4f}",
        "what a kernel reads beyond the edge is dropped there and the rest divided by its sum; here"
        " the edge pixel is repeated, as in torch, OpenCV and ONNX by default",
        "resize:f=2:filter=bicubic:antialias=false:outside=drop",
        _outside_numbers,
    ),
    Deviation(
        ("resize",),
        "TensorFlow (bicubic without antialias)",
        "of noise in 0..1, 18x30 to 40x70 px, theirs is up to {apart:.1e} off",
        "its weights are read from a table of 1024 places between two pixels",
        "",
        _table_numbers,
    ),
    Deviation(
        ("resize",),
        "scikit-image (resize)",
        "beside an edge from 0 to 1, twice as large by cubic splines, theirs goes up to"
        " {theirs:g}; here to {ours:.3f}",
        "its clip=True limits values to those of the image, and where it shrinks anti_aliasing=True"
        " blurs before; here both are asked for",
        "resize:f=2:filter=spline:clip=true:prefilter=skimage",
        _skimage_numbers,
    ),
    Deviation(
        ("resize",),
        "torch (interpolate, antialias=True, align_corners=True)",
        "of a ramp of 16 px, made 4 linearly, the first is {theirs:.2f}; here {ours:.2f}",
        "its steps are those between the outer pixels, 5 px, but its filters lie in the middles of"
        " cells, half a step later; here the outer ones lie on the outer pixels",
        "",
        _aligned_numbers,
    ),
    Deviation(
        ("resize",),
        "torchio (Resample, antialias=True)",
        "the blur before has the sigma of prefilter=cardoso, but values differ in the third digit",
        "theirs is a recursive filter that is nearly Gaussian; here the taps are those of one",
        "",
        dict,
    ),
    Deviation(
        ("area",),
        "torch (interpolate, mode='area')",
        "of a ramp of 10 px, made 4, the second is {theirs:g}; here {ours:g}",
        "where the sizes do not divide theirs averages whole pixels, in windows that overlap; here"
        " each pixel counts by the part of it that lies within, as in OpenCV and TensorFlow",
        "avg:size=4x4",
        _area_numbers,
    ),
)
