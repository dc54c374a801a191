"""Networks that were measured, made of arrays: nothing is run."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from sampviz.networks.entering_image import EnteringImage
from sampviz.networks.ladder import Layer, Network
from sampviz.networks.layer_measures import LayerMeasures, ShownChannel, SwapMeasures

SWAPS = ("blur:k=3", "blur:k=5", "flc")


def measures(
    shown: ShownChannel,
    fold: float,
    swaps: Sequence[str] = SWAPS,
    others: Sequence[ShownChannel] = (),
    **values: float,
) -> LayerMeasures:
    """Measures in which all channels have the same shares."""
    own = {"stake": 0.25, "fold": fold, "fold_inner": fold, "equivariance": 0.5, **values}
    channels = {name: np.full(shown.channel + 1, value) for name, value in own.items()}
    swapped = [SwapMeasures(op, {"fold": fold / 8, "equivariance": 0.1}, {}) for op in swaps]
    return LayerMeasures(own, channels, {}, shown, tuple(swapped), kept=(shown, *others))


def strided(
    size: Sequence[int], strides: Sequence[int], seed: int, channel: int = 3
) -> ShownChannel:
    """Noise, of which a layer drops samples."""
    rng = np.random.default_rng(seed)
    entering = rng.normal(size=size).astype(np.float32)
    sides = [n // s * s for n, s in zip(size, strides, strict=True)]
    undecimated = entering[*(slice(n) for n in sides)]
    result = undecimated[*(slice(None, None, s) for s in strides)]
    folded = rng.normal(size=result.shape).astype(np.float32)
    return ShownChannel(3, 3, entering, result, undecimated, folded)


def enlarged(size: Sequence[int], seed: int) -> ShownChannel:
    """Noise that a layer doubles."""
    rng = np.random.default_rng(seed)
    entering = rng.normal(size=size).astype(np.float32)
    result = entering.repeat(2, -1).repeat(2, -2)
    return ShownChannel(1, 0, entering, result, None, rng.normal(size=result.shape))


def network(
    size: Sequence[int],
    strides: Sequence[Sequence[int]],
    spacing: Sequence[float] | None = None,
    doubled: int = 0,
) -> Network:
    """A network of poolings with these strides, and so many layers that double behind them.

    Layer k folds k percent.
    """
    mm = tuple(spacing) if spacing else None
    one, zero = Fraction(1), ((Fraction(0), Fraction(0)),) * len(size)
    layers = [Layer(0, "x", "", tuple(size), tuple(size), (one,) * len(size), zero, mm)]
    ups = [(0.5,) * 2] * doubled
    for number, stride in enumerate([*strides, *ups], 1):
        last = layers[-1]
        steps = tuple(step * Fraction(s) for step, s in zip(last.step, stride, strict=True))
        is_up = min(stride) < 1
        shown = enlarged(last.size, number) if is_up else strided(last.size, stride, number)  # type: ignore[arg-type]
        own = (
            measures(shown, 0.01 * number, (), above=0.3, checkerboard=0.2)
            if is_up
            else measures(shown, 0.01 * number, others=[replace(shown, channel=2)])
        )
        op = "transpose:k=2:s=2" if is_up else f"max:k=2:s={'x'.join(map(str, stride))}"
        own_mm = mm and tuple(float(s) * side for s, side in zip(steps, mm, strict=True))
        layers.append(
            Layer(
                number,
                f"layer{number}",
                op,
                last.size,
                shown.result.shape,
                steps,
                zero,
                own_mm,
                own,
            )
        )
    image = np.zeros((1, *size), np.float32)
    entering = EnteringImage("x", image, "", "noise", ("scale unit",), mm)
    return Network(tuple(layers), (), model="net.onnx", entering=entering)
