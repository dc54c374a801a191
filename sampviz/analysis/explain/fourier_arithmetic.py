"""The working of FLC pooling: the spectrum, the part that is kept, and the waves that are added."""

from collections.abc import Iterator

import numpy as np

from sampviz.analysis.explain.step_arithmetic import Position, Run, StepTrace, WindowStep, add_part
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
    is_faithful = dict(step.values)["mode"] == "faithful"  # its factor is 2
    starts = [
        crop(n)[0] if is_faithful else n // 2 - m // 2
        for n, m in zip(x.shape, out.shape, strict=True)
    ]
    kept_positions = tuple((starts[0] + i, starts[1] + j) for i, j in np.ndindex(*out.shape))
    waves = list(_waves(spectrum, kept_positions, out))
    forward = StepTrace(
        f"{heading}: the spectrum. {_axes(x)}; frequency 0,0 is the mean",
        x,
        spectrum,
        (),
        names=("INPUT", "SPECTRUM"),
    )
    inverse = StepTrace(
        f"{heading}: the {len(kept_positions)} lowest frequencies are kept, "
        "each is a wave in the output",
        spectrum,
        out,
        (*waves, *_sums(waves, kept_positions, out)),
        names=("SPECTRUM", "OUTPUT"),
        kept_positions=kept_positions,
    )
    return [forward, inverse]


def _waves(
    spectrum: Array, kept_positions: tuple[Position, ...], out: Array
) -> Iterator[WindowStep]:
    h, w = out.shape
    rows, columns = np.arange(h)[:, None], np.arange(w)
    everywhere = tuple(np.ndindex(h, w))
    total = np.full(out.shape, np.nan)
    for (i, j), position in zip(everywhere, kept_positions, strict=True):
        k, l = i - h // 2, j - w // 2  # noqa: E741 - the names of OPS and of every textbook
        wave = np.exp(2j * np.pi * (k * rows / h + l * columns / w))
        value = complex(spectrum[position])
        text = f"frequency {k},{l}: {number(value)} times its wave"
        part = (value * wave).real
        total = add_part(total, part)
        yield WindowStep((position,), everywhere, text, part, part="WAVE", running_sum=total)


def _sums(
    waves: list[WindowStep], kept_positions: tuple[Position, ...], out: Array
) -> Iterator[WindowStep]:
    partial_output = np.full(out.shape, np.nan)
    for position in np.ndindex(*out.shape):
        partial_output = partial_output.copy()
        partial_output[position] = out[position]
        parts = [float(wave.partial_output[position]) for wave in waves]
        text = sum_of(parts, [1.0] * len(parts), float(out[position]))
        yield WindowStep(kept_positions, (position,), text, partial_output)


def _axes(x: Array) -> str:
    h, w = x.shape
    rows, columns = (f"{-(n // 2)}..{(n - 1) // 2}" for n in (h, w))
    return f"Rows have the frequencies {rows}, columns {columns}"
