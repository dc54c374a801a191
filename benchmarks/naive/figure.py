"""The figure of a comparison with pyplot: pictures above, log spectra below, a colour bar."""

from collections.abc import Mapping
from os import PathLike
from typing import IO

import matplotlib.pyplot as plt
import numpy as np


def spectrum(picture: np.ndarray) -> np.ndarray:
    """Return the amplitude spectrum in dB, DC in the middle."""
    amplitude = np.abs(np.fft.fftshift(np.fft.fft2(picture - picture.mean()))) / picture.size
    return 20 * np.log10(amplitude + 1e-12)


def draw(
    pictures: Mapping[str, np.ndarray], title: str, file: str | PathLike[str] | IO[bytes]
) -> None:
    """Draw and save a figure; the first picture is the original."""
    spectra = {name: spectrum(picture) for name, picture in pictures.items()}
    original = next(iter(pictures.values()))
    low, high = np.percentile(original, [1, 99])
    top = next(iter(spectra.values())).max()

    fig, axes = plt.subplots(2, len(pictures), figsize=(3.8 * len(pictures), 8))
    for (name, picture), above, below in zip(pictures.items(), axes[0], axes[1], strict=True):
        height, width = picture.shape
        above.imshow(picture, cmap="gray", vmin=low, vmax=high)
        above.set_title(f"{name}\n{height}x{width}")
        above.axis("off")
        shown = below.imshow(spectra[name], cmap="magma", vmin=top - 80, vmax=top)
        below.axis("off")
    fig.colorbar(shown, ax=axes[1], label="dB")
    fig.suptitle(title)
    plt.savefig(file, dpi=150, bbox_inches="tight")
    plt.close(fig)
