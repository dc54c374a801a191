"""The working of FLC pooling: the spectrum, the part that is kept, and the waves that are added."""

from collections.abc import Iterator

import numpy as np

from sampviz.analysis.explain.step_arithmetic import Place, Run, StepTrace, WindowStep
from sampviz.analysis.explain.sum_text import number, sum_of
from sampviz.dsp.dtypes import Array
from sampviz.dsp.fourier_crop import crop
from sampviz.ops.step import Step


def trace_spectrum(heading: str, step: Step, x: Array, run: Run) -> list[StepTrace]:
    """Explain `flc`: to the spectrum, and back from what is left of it.

    Each kept frequency adds a wave; the output is the sum of their real parts.
    """
    out = run(x)
    spectrum = np.fft.fftshift(np.fft.fft2(x, norm="forward"))
    published = dict(step.values)["mode"] == "faithful"  # its factor is 2
    starts = [
        crop(n)[0] if published else n // 2 - m // 2
        for n, m in zip(x.shape, out.shape, strict=True)
    ]
    kept = tuple((starts[0] + i, starts[1] + j) for i, j in np.ndindex(*out.shape))
    waves = list(_waves(spectrum, kept, out))
    to = StepTrace(
        f"{heading}: the spectrum. {_axes(x)}; frequency 0,0 is the mean",
        x,
        spectrum,
        (),
        names=("INPUT", "SPECTRUM"),
    )
    back = StepTrace(
        f"{heading}: the {len(kept)} lowest frequencies are kept, each is a wave in the output",
        spectrum,
        out,
        (*waves, *_sums(waves, kept, out)),
        names=("SPECTRUM", "OUTPUT"),
        kept=kept,
    )
    return [to, back]


def _waves(spectrum: Array, kept: tuple[Place, ...], out: Array) -> Iterator[WindowStep]:
    h, w = out.shape
    rows, columns = np.arange(h)[:, None], np.arange(w)
    everywhere = tuple(np.ndindex(h, w))
    for (i, j), place in zip(everywhere, kept, strict=True):
        k, l = i - h // 2, j - w // 2  # noqa: E741 - the names of OPS and of every textbook
        wave = np.exp(2j * np.pi * (k * rows / h + l * columns / w))
        value = complex(spectrum[place])
        text = f"frequency {k},{l}: {number(value)} times its wave"
        yield WindowStep((place,), everywhere, text, (value * wave).real, part="WAVE")


def _sums(waves: list[WindowStep], kept: tuple[Place, ...], out: Array) -> Iterator[WindowStep]:
    known = np.full(out.shape, np.nan)
    for place in np.ndindex(*out.shape):
        known = known.copy()
        known[place] = out[place]
        parts = [float(wave.shown[place]) for wave in waves]
        text = sum_of(parts, [1.0] * len(parts), float(out[place]))
        yield WindowStep(kept, (place,), text, known)


def _axes(x: Array) -> str:
    h, w = x.shape
    rows, columns = (f"{-(n // 2)}..{(n - 1) // 2}" for n in (h, w))
    return f"Rows have the frequencies {rows}, columns {columns}"
