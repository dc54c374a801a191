"""Where operations differ from a program on purpose, or share a surprise with it, and why.

Every number in a text is computed when it is asked for, from the operations and, where a program
may not be at hand, from its rule written out here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sampviz.core.errors import SampvizWarning
from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.ops.chain import Chain
from sampviz.testing.parity.kernels import PASCAL, Array

Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Deviation:
    """What of `ops` differs from `program`; `text` has places for the numbers.

    `instead` is a chain that gives the other behaviour; empty if there is none.
    """

    ops: tuple[str, ...]
    program: str
    text: str
    why: str
    instead: str
    measure: Callable[[], Numbers]

    def facts(self) -> dict[str, Any]:
        """Measure, and return everything as JSON can hold it: None for what is not finite."""
        with ignored_warnings(SampvizWarning):
            numbers = {key: float(value) for key, value in self.measure().items()}
        return {
            "ops": list(self.ops),
            "program": self.program,
            "what": self.text.format(**numbers),
            "why": self.why,
            "instead": self.instead or None,
            "numbers": {key: v if np.isfinite(v) else None for key, v in numbers.items()},
        }


def _of(chain: str, x: Array) -> Array:
    return Chain.parse(chain)(x)


def _ones(n: int) -> Array:
    return np.ones((n, n))


def _ramp(n: int) -> Array:
    """Return rows that say where their pixels are: 0, 1, 2 .. n-1."""
    return np.tile(np.arange(float(n)), (n, 1))


def _place(chain: str) -> float:
    """Return where an inner sample lies, in pixels after the place 2m of a stride by two."""
    return float(_of(chain, _ramp(32))[8, 8]) - 16


def _moved_spectrum(name: str) -> Numbers:
    theirs, ours = _of(f"{name}:mode=faithful", _ones(6)), _of(name, _ones(6))
    worst = ours.flat[np.abs(ours - 1).argmax()]
    return {"low": theirs.min(), "high": theirs.max(), "ours": worst}


def _window_beside_dc() -> Numbers:
    return {
        f"{who}_{n}": _of(chain, _ones(n)).mean()
        for who, chain in (("theirs", "asap:mode=faithful"), ("ours", "asap"))
        for n in (8, 64)
    }


def kspace_of_fastmri(x: Array, size: tuple[int, int]) -> Array:
    """Return the centre of k-space as fft2c, center_crop and ifft2c of fastMRI cut it."""
    (h, w), (n, m) = x.shape, size
    spectrum = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(x), norm="ortho"))
    top, left = (h - n) // 2, (w - m) // 2
    kept = spectrum[top : top + n, left : left + m]
    return np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(kept), norm="ortho"))


def _crop_beside_dc() -> Numbers:
    theirs = kspace_of_fastmri(_ones(18), (9, 9)).real / 2
    return {"low": theirs.min(), "high": theirs.max(), "ours": _of("kspace", _ones(18)).mean()}


def _gain_of_kspace() -> Numbers:
    theirs = kspace_of_fastmri(_ones(16), (8, 8)).real
    return {"theirs": theirs.mean(), "ours": _of("kspace", _ones(16)).mean()}


def blur_of_timm(x: Array, k: int) -> Array:
    """Return what BlurPool2d of timm gives for stride 2: as much padding before as after."""
    taps = np.array(PASCAL[k]) / sum(PASCAL[k])
    padded = np.pad(x, k // 2, "reflect")
    windows = sliding_window_view(padded, (k, k))[::2, ::2]
    return (windows * np.outer(taps, taps)).sum((-2, -1))


def _blur_of_timm() -> Numbers:
    theirs, ours = blur_of_timm(_ramp(32), 4), _of("blur", _ramp(32))
    return {
        "theirs_rows": len(theirs),
        "ours_rows": len(ours),
        "earlier": ours[8, 8] - theirs[8, 8],
    }


def _blur_of_kornia() -> Numbers:
    theirs, ours = _of("blur:pad=zero", _ones(16)), _of("blur", _ones(16))
    return {"theirs": theirs.min(), "ours": ours.min()}


def _cubics() -> Numbers:
    x = np.random.default_rng(0).random((18, 30))
    apart = np.abs(_of("bicubic", x) - _of("resize:f=2", x))
    return {"apart": apart[8:-8, 8:-8].max()}


def _keras() -> Numbers:
    return {"apart": _place("conv:p=same") - _place("conv:p=1")}


def _softpool() -> Numbers:
    hot = np.float32(100)
    with np.errstate(over="ignore", invalid="ignore"):
        overflow = hot * np.exp(hot) / np.exp(hot)
    return {
        "theirs": _of("softpool:mode=faithful", -_ones(4)).mean(),
        "ours": _of("softpool", -_ones(4)).mean(),
        "theirs_100": float(overflow),
        "ours_100": float(_of("softpool", np.full((4, 4), hot)).mean()),
    }


def _diffstride() -> Numbers:
    return {
        "theirs": _of("spectral:mode=faithful", _ones(16)).mean(),
        "ours": _of("spectral", _ones(16)).mean(),
    }


def _wavelet() -> Numbers:
    low = np.array([1, 1]) / np.sqrt(2)
    return {"theirs": low @ _ones(2) @ low, "ours": _of("wavelet", _ones(4)).mean()}


PYRDOWN_OF_KORNIA = "blur:k=5:s=1+resize:f=0.5:filter=bilinear:antialias=false"
PYRUP_OF_KORNIA = "bilinear+blur:k=5:s=1"


def _pyrdown_of_kornia() -> Numbers:
    return {
        "later": _place(PYRDOWN_OF_KORNIA) - _place("pyrdown"),
        "theirs_rows": Chain.parse(PYRDOWN_OF_KORNIA).shape((7, 7))[0],
        "ours_rows": Chain.parse("pyrdown").shape((7, 7))[0],
    }


def _pyrup_of_kornia() -> Numbers:
    theirs, ours = _of(PYRUP_OF_KORNIA, _ramp(32)), _of("pyrup", _ramp(32))
    return {"earlier": ours[16, 16] - theirs[16, 16]}


def _odd_norm() -> Numbers:
    return {
        "bare": _of("lp:norm=3", -_ones(4)).mean(),
        "absolute": _of("abs+lp:norm=3", -_ones(4)).mean(),
    }


def nearest_of_torch(old: int, new: int) -> Array:
    """Return which pixels torch takes, with a ratio that is rounded to float32."""
    places = np.arange(new, dtype=np.float32) * (np.float32(old) / np.float32(new))
    return np.minimum(np.floor(places).astype(int), old - 1)


def _nearest() -> Numbers:
    apart = []
    for new in range(1, 65):
        ours = Chain.parse(f"resize:1x{new}:filter=nearest")
        apart += [
            (old, new)
            for old in range(1, 65)
            if (ours(_ramp(old)[:1])[0] != nearest_of_torch(old, new)).any()
        ]
    old, new = min(apart)
    return {"pairs": len(apart), "of": 64 * 64, "old": old, "new": new}


def _largest() -> Numbers:
    falling = -float(_of("max", -_ramp(32))[8, 8]) - 16
    rows, _ = Chain.parse("max").trace((32, 32))[-1]
    return {"rising": _place("max"), "falling": falling, "delta": float(rows.delta)}


_FLC = "GeJulia/flc_pooling, the authors' program"
_MOVED = (
    "where N = 2 mod 4 (14, 182 and 218 among them) theirs moves the spectrum by one bin: a"
    " constant 1 of 6x6 comes out between {low:.2f} and {high:.2f}; here it stays {ours:g}"
)
_WHY_MOVED = (
    "its cut from trunc(N/4) to trunc(3N/4) puts DC one bin beside the place where its transform"
    " back expects it"
)

DEVIATIONS = (
    Deviation(
        ("flc",), _FLC, _MOVED, _WHY_MOVED, "flc:mode=faithful", lambda: _moved_spectrum("flc")
    ),
    Deviation(
        ("asap",), _FLC, _MOVED, _WHY_MOVED, "asap:mode=faithful", lambda: _moved_spectrum("asap")
    ),
    Deviation(
        ("asap",),
        _FLC,
        "their window has its top half a bin beside DC where N is even: a constant 1 becomes"
        " {theirs_8:.4f} at 8x8 and {theirs_64:.4f} at 64x64; here {ours_8:g} and {ours_64:g}",
        "a symmetric Hamming window of N points has its top at (N-1)/2, DC lies at N/2",
        "asap:mode=faithful",
        _window_beside_dc,
    ),
    Deviation(
        ("kspace",),
        "fastMRI (fft2c, center_crop, ifft2c)",
        "where n is odd of an even N their cut moves the spectrum by one bin: the real part of a"
        " constant 1 of 18x18, cut to 9x9, comes out between {low:.2f} and {high:.2f}; here it is"
        " {ours:g}",
        "center_crop starts at floor((N-n)/2); DC stays in the middle if the cut starts at"
        " floor(N/2) - floor(n/2)",
        "",
        _crop_beside_dc,
    ),
    Deviation(
        ("kspace",),
        "fastMRI (fft2c, center_crop, ifft2c)",
        "their cut makes a constant 1 of 16x16 a constant {theirs:g}; here it stays {ours:g}",
        "orthonormal transforms of two sizes keep the energy, not the grey values, which grow by"
        " sqrt(N/n) along each axis; here this is taken out",
        "",
        _gain_of_kspace,
    ),
    Deviation(
        ("blur",),
        "timm (BlurPool2d)",
        "with an even k theirs samples {earlier:g} px earlier, and of an even side makes a row"
        " more: {theirs_rows:g} rows of 32 with k=4; here {ours_rows:g}",
        "timm pads as much before as after; blur pads as the authors of BlurPool do, one pixel"
        " less before. With an odd k they are equal; of an even side off=1 gives theirs",
        "blur:k=4:off=1",
        _blur_of_timm,
    ),
    Deviation(
        ("blur",),
        "kornia 0.9.0 (blur_pool2d)",
        "theirs darkens the rim: the corner of a constant 1 becomes {theirs:.3f} with k=4; here it"
        " stays {ours:g}",
        "kornia pads zeros; blur mirrors, as the authors of BlurPool do",
        "blur:pad=zero",
        _blur_of_kornia,
    ),
    Deviation(
        ("bicubic",),
        "Pillow, TensorFlow",
        "theirs is another cubic: twice as large, noise in 0..1 differs by up to {apart:.2f} far"
        " from the edges",
        "bicubic has a = -0.75, as torch and OpenCV; Pillow and TensorFlow have a = -0.5, and so"
        " has resize unless antialias=false",
        "resize:f=2",
        _cubics,
    ),
    Deviation(
        ("conv", "max", "min", "avg", "median"),
        "Keras and TensorFlow (padding='same') beside torch (padding=1)",
        "with k=3, s=2 and an even side both give the same size, but samples of p=same lie"
        " {apart:g} px after those of p=1",
        "Keras pads the odd pixel at the end, torch pads both sides alike",
        "conv:p=same",
        _keras,
    ),
    Deviation(
        ("softpool",),
        "alexandrosstergiou/SoftPool, the authors' program",
        "theirs sets what is negative to 0: a constant -1 becomes {theirs:g}; here it stays"
        " {ours:g}. A constant 100 overflows in theirs, to {theirs_100}; here it is {ours_100:g}",
        "their result is clamped at 0 and e^x is taken of the bare pixel; here the largest exponent"
        " of a window is subtracted first, which changes nothing else",
        "softpool:mode=faithful",
        _softpool,
    ),
    Deviation(
        ("spectral",),
        "google-research/diffstride (FixedSpectralPooling)",
        "theirs makes a constant 1 of 16x16 a constant {theirs:g}; here it stays {ours:g}",
        "their transform back is scaled for the smaller size, the one before for the larger: grey"
        " values grow by N/n along each axis",
        "spectral:mode=faithful",
        _diffstride,
    ),
    Deviation(
        ("wavelet",),
        "WaveCNet (DWT_2D)",
        "theirs makes a constant 1 a constant {theirs:g}; here it stays {ours:g}",
        "an orthonormal low band has the gain sqrt(2) along each axis; here this is taken out, so"
        " that levels can be shown in one grey window",
        "",
        _wavelet,
    ),
    Deviation(
        ("pyrdown",),
        "kornia (pyrdown)",
        "theirs samples {later:g} px later and drops the last pixel of an odd side: {theirs_rows:g}"
        " rows of 7; here {ours_rows:g}",
        "kornia halves the blurred image bilinearly; pyrdown keeps its even samples, as OpenCV",
        PYRDOWN_OF_KORNIA,
        _pyrdown_of_kornia,
    ),
    Deviation(
        ("pyrup",),
        "kornia (pyrup)",
        "the samples of theirs lie {earlier:g} px (of the input) before those of pyrup",
        "kornia doubles the image bilinearly, around the middles of pixels, and blurs then; pyrup"
        " puts zeros between the samples, as OpenCV does",
        PYRUP_OF_KORNIA,
        _pyrup_of_kornia,
    ),
    Deviation(
        ("lp",),
        "the p-norm of mathematics, which takes |x|",
        "with an odd norm negative pixels can give NaN, as in torch: lp:norm=3 of a constant -1 is"
        " {bare}, of its absolute value {absolute:.3f}",
        "torch raises the pixel itself to the power p, and the root of a negative sum is NaN",
        "abs+lp:norm=3",
        _odd_norm,
    ),
    Deviation(
        ("resize",),
        "torch (interpolate, mode='nearest')",
        "with filter=nearest {pairs:g} of {of:g} pairs of sizes up to 64 px have a pixel that torch"
        " takes one place before; the first is {old:g} to {new:g} px",
        "torch multiplies by N/n rounded to float32; here floor(i N / n) is taken in whole numbers",
        "",
        _nearest,
    ),
    Deviation(
        ("max", "min"),
        "all programs",
        "delta is {delta:g}, the middle of a window of 2x2, but the pixel that wins lies"
        " elsewhere: that of max at {rising:g} on a rising ramp, at {falling:g} on a falling one",
        "an operation that is not linear has no exact place; the middle is right on average",
        "",
        _largest,
    ),
)
