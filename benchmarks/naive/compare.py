"""Compare ways of downsampling: benchmarks.naive.compare FOLDER OPS FILE .."""

import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - as everybody writes it

from benchmarks.naive.figure import draw


def blur(x: torch.Tensor) -> torch.Tensor:
    """Blur with a binomial filter of 4 taps, keep every second sample (Zhang 2019)."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
    kernel = torch.outer(taps, taps)[None, None] / 64
    return F.conv2d(F.pad(x, (1, 2, 1, 2), mode="reflect"), kernel, stride=2)


def flc(x: torch.Tensor) -> torch.Tensor:
    """Keep the low frequencies only (Grabinski 2022)."""
    height, width = x.shape[-2:]
    low = torch.fft.fftshift(torch.fft.fft2(x, norm="forward"))
    low = low[..., height // 4 : 3 * height // 4, width // 4 : 3 * width // 4]
    return torch.fft.ifft2(torch.fft.ifftshift(low), norm="forward").real


CHAINS = {
    "max": lambda x: F.max_pool2d(x, 2),
    "avg": lambda x: F.avg_pool2d(x, 2),
    "stride": lambda x: x[..., ::2, ::2],
    "blur": blur,
    "flc": flc,
}


def main() -> None:
    """Draw a figure of every file."""
    folder, chains, *files = sys.argv[1:]
    for file in map(Path, files):
        x = torch.from_numpy(np.load(file))[None, None]
        outputs = {"original": x} | {name: CHAINS[name](x) for name in chains.split(",")}
        pictures = {name: output[0, 0].numpy() for name, output in outputs.items()}
        draw(pictures, file.stem, Path(folder) / f"{file.stem}.png")


if __name__ == "__main__":
    main()
