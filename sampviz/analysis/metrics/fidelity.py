"""Likeness to the ideal image on the same samples: the k-space crop, or the image itself"""

from collections.abc import Callable

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import MetricValue, UndefinedError, metric
from sampviz.analysis.metrics._guards import require_same_channels
from sampviz.dsp.dtypes import Array
from sampviz.dsp.energy import energy
from sampviz.dsp.similarity import SMALLEST, WINDOW, edges
from sampviz.dsp.volume_similarity import edge_energy, short_axes, volume_ms_ssim, volume_ssim


@metric("psnr", unit="dB", better="higher")
def psnr(evaluation: Evaluation) -> float:
    """Peak signal-to-noise ratio against the ideal image on the same samples.

    Formula: 10 log10(L^2 / mean((y - r)^2)), of complex numbers the magnitudes; L: the range of
    the data, printed with the numbers (255 for 8 bit; what the header says; else the input's
    largest less its smallest value), or the one that is given. r is the image less all that the
    output's grid cannot hold, at the very places of the output's samples, so that nothing is
    shifted: what flc gives, moved by delta.
    Range: any, in dB.
    Undefined: where there is no difference (it is infinite), for a constant image, and where the
    channels differ. Likeness to the ideal image is not quality.
    Known: the Shepp-Logan phantom, 256 px, L=1: stride 30.7, avg 35.9, blur:k=4 31.4, blur:k=5
    29.6, asap 40.2.
    Source: the definition; = scikit-image for the same two images.
    """
    require_same_channels(evaluation)
    error, span = evaluation.error / evaluation.output.size, _span(evaluation)
    if error == 0:
        raise UndefinedError("there is no difference")
    return float(10 * np.log10(span**2 / error))


@metric("nrmse", better="lower", share=True)
def nrmse(evaluation: Evaluation) -> float:
    """Root mean square error against the ideal image, as a share of its root mean square.

    Formula: ||y - r|| / ||r||; r as for psnr.
    Range: 0 or more.
    Undefined: where the ideal image is 0, and where the channels differ.
    Known: an output of .9 r: .1.
    Source: the definition; = scikit-image's 'euclidean'.
    """
    require_same_channels(evaluation)
    ideal_energy = energy(evaluation.reference)
    if not ideal_energy > 0:
        raise UndefinedError("the ideal image is 0")
    return float(np.sqrt(evaluation.error / ideal_energy))


@metric("ssim", better="higher", cite=("wang2004",))
def ssim(evaluation: Evaluation) -> MetricValue:
    """Structural similarity to the ideal image on the same samples.

    Formula: that of Wang et al. 2004: Gaussian window of 11x11 px and sigma 1.5, K1 .01, K2 .03,
    biased covariances, the mean where the window is whole; r and L as for psnr; the mean over
    channels. Of volumes 11x11x11 voxels; along an axis of fewer samples there is no window: the
    mean over its slices.
    Range: -1..1.
    Undefined: for outputs below 11 px (along two axes, of a volume), for a constant image, and
    where the channels differ.
    Known: = scikit-image with gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    (its default is another measure), TensorFlow, and kornia with padding='valid'.
    Source: Wang, Bovik, Sheikh, Simoncelli 2004.
    """
    note = _check_window(WINDOW, evaluation)
    if evaluation.axes > 2:
        return MetricValue(_mean_over_channels(volume_ssim, evaluation), note=note)
    return MetricValue(float(np.mean([value for value, _ in evaluation.ssim_per_plane])))


@metric("msssim", better="higher", cite=("wang2003",))
def msssim(evaluation: Evaluation) -> MetricValue:
    """Structural similarity to the ideal image at five scales.

    Formula: contrast-structure at four scales and SSIM at the fifth, with the exponents .0448
    .2856 .3001 .2363 .1333; 2x2 means between them; negative factors count as 0; else as ssim.
    An axis of a volume of fewer than 176 samples has neither windows nor means: its slices are
    images of their own.
    Range: 0..1.
    Undefined: for outputs below 176 px (along two axes, of a volume), for a constant image, and
    where the channels differ.
    Known: = TensorFlow's ssim_multiscale.
    Source: Wang, Simoncelli, Bovik 2003.
    """
    note = _check_window(SMALLEST, evaluation)
    if evaluation.axes > 2:
        return MetricValue(_mean_over_channels(volume_ms_ssim, evaluation), note=note)
    similarities = [
        reference.ms_ssim(plane, structure)
        for reference, plane, (_, structure) in zip(
            evaluation.ideal.ssim_references,
            evaluation.magnitudes,
            evaluation.ssim_per_plane,
            strict=True,
        )
    ]
    return MetricValue(float(np.mean(similarities)))


@metric("hfen", better="lower", cite=("ravishankar2011",), share=True)
def hfen(evaluation: Evaluation) -> float:
    """High-frequency error norm: the error of the edges, as a share of the ideal image's edges.

    Formula: ||LoG * (y - r)|| / ||LoG * r||, LoG: the Laplacian of a Gaussian, 15x15 px, sigma
    1.5, of sum 0; zeros beyond the edge; r as for psnr. Of volumes 15x15x15 voxels, but not along
    an axis of fewer samples than that, unless it is one of the two longest.
    Range: 0 or more.
    Undefined: where the ideal image has no edges, and where the channels differ.
    Known: an output of .9 r: .1.
    Source: Ravishankar, Bresler 2011. Some papers leave the denominator out.
    """
    require_same_channels(evaluation)
    ideal_energy = evaluation.ideal.edges
    if not ideal_energy > 0:
        raise UndefinedError("the ideal image has no edges")
    of_edges = edge_energy if evaluation.axes > 2 else lambda plane: energy(edges(plane))
    pairs = zip(evaluation.magnitudes, evaluation.ideal.magnitudes, strict=True)
    error_energy = sum(of_edges(output - ideal) for output, ideal in pairs)
    return float(np.sqrt(error_energy / ideal_energy))


def _span(evaluation: Evaluation) -> float:
    if not evaluation.original.span > 0:
        raise UndefinedError("the image is constant, and its format gives no range")
    return evaluation.original.span


def _mean_over_channels(
    similarity: Callable[[Array, Array, float], float], evaluation: Evaluation
) -> float:
    pairs = zip(evaluation.ideal.magnitudes, evaluation.magnitudes, strict=True)
    return float(np.mean([similarity(*pair, evaluation.original.span) for pair in pairs]))


def _check_window(side: int, evaluation: Evaluation) -> str:
    """Check that windows of that side fit; return along which axis of a volume there are none."""
    require_same_channels(evaluation)
    short = short_axes(evaluation.output.shape[1:], side)
    if short and evaluation.axes == 2:
        raise UndefinedError(f"the output is smaller than {side}x{side} px")
    if len(short) > 1:
        raise UndefinedError(f"the output has fewer than {side} samples along two axes")
    _span(evaluation)
    names = [evaluation.axis_names[i] for i in short]
    return f"no window along {names[0]}, of which the output has fewer than {side}" if names else ""
