"""Adaptive exponential pooling by its definition, window by window."""

from typing import Any

import numpy as np

from sampviz.ops.registry import OPS

VARIANTS = ("adapool:beta=0.8:k=3:s=2", "adapool:beta=0")


def _softmax(values: np.ndarray) -> np.ndarray:
    weights = np.exp(values - values.max())
    return np.asarray(weights / weights.sum())


def _adapool(window: np.ndarray, params: Any) -> float:
    if not np.isfinite(window).all():
        return np.nan
    mean = window.mean()
    squares = window**2 + mean**2
    alike = np.divide(
        2 * np.abs(window * mean), squares, out=np.zeros_like(window), where=squares > 0
    )
    weights = params["beta"] * _softmax(alike) + (1 - params["beta"]) * _softmax(window)
    return float((weights * window).sum())


VALUES = {"adapool": _adapool}


def test_without_likeness_it_is_softpool_and_where_the_mean_is_0_the_mean() -> None:
    x = np.random.default_rng(0).normal(size=(3, 8, 9))
    assert np.allclose(OPS["adapool"](x, beta=0), OPS["softpool"](x))
    assert np.allclose(OPS["adapool"](np.array([[1.0, -1], [2, -2]]), beta=1), 0)
    assert np.isfinite(OPS["adapool"](1e200 * x, beta=1)).all()
    params = OPS["adapool"].bind({})
    assert np.isclose(OPS["adapool"](x[0])[1, 2], _adapool(x[0, 2:4, 4:6], params))
