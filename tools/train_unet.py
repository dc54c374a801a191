"""Train the network of `sample:unet` on the slices that come with the package.

`python tools/train_unet.py unet.onnx`, with the extras torch and network, takes three minutes on
one thread. The settings below were chosen by what `--validate` prints; the test slices were not
looked at before they were fixed. docs/unet.md is the card of the result.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import nn

from sampviz import load

Array = NDArray[np.float32]
Labels = NDArray[np.signedinteger]

SEED = 20
STEPS, CROPS, SIDE = 4500, 6, 48
RATE = 8e-3
NOISE = 0.12  # largest standard deviation in training, of images in 0..1
TEST_NOISE = 0.08
CLASSES = ("background", "dark", "middle", "bright")
WEIGHTS = (1.0, 1.0, 1.5, 2.0)
WIDTHS = (6, 12, 24, 24)
ABOUT = "Four classes of brightness of MR images in 0..1. A demonstration, not a medical model."


@dataclass(frozen=True)
class Series:
    """A frame of a sample: the slices for training, for choosing the settings, and for the test.

    A slice beside one that is held out is in none of them where slices are so thin that it looks
    the same.
    """

    name: str
    frame: int | None
    training: tuple[int, ...]
    validation: tuple[int, ...]
    test: tuple[int, ...]


_DWI = ((2, 3, 4, 5, 6, 9, 10, 14, 15, 16, 19, 20, 21), (7, 18), (12,))
_BOLD = ((3, 4, 5, 6, 9, 10, 11, 15, 16, 17, 20, 21, 22, 23), (7, 19), (13,))
SERIES = (
    Series("t1", None, (0, 1, 2, 6), (7,), (4,)),
    Series("pd", None, (0, 1), (3,), (2,)),
    Series("dwi", 0, *_DWI),
    Series("dwi", 1, *_DWI),
    Series("dwi_1p5mm", 0, (0, 1), (3,), (2,)),
    Series("dwi_1p5mm", 1, (0, 1), (3,), (2,)),
    Series("bold", 0, *_BOLD),
)


def block(inputs: int, outputs: int) -> nn.Sequential:
    """Return two convolutions with what follows each."""
    layers: list[nn.Module] = []
    for n in (inputs, outputs):
        layers += [nn.Conv2d(n, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers)


class UNet(nn.Module):
    """Three ways down and three ways up, so that each can be looked at beside the others."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        self.encoder1, self.encoder2, self.encoder3 = block(1, a), block(a, b), block(b, c)
        self.bottom = block(c, d)
        self.down1 = nn.MaxPool2d(2)
        self.down2 = nn.Conv2d(b, b, 3, stride=2, padding=1)
        self.down3 = nn.AvgPool2d(2)
        self.up3 = nn.ConvTranspose2d(d, c, 2, stride=2)
        self.up2 = nn.ConvTranspose2d(c, b, 3, stride=2, padding=1, output_padding=1)
        self.up1 = nn.Upsample(scale_factor=2, mode="bilinear")
        self.decoder3, self.decoder2 = block(2 * c, c), block(2 * b, b)
        self.decoder1 = block(b + a, a)
        self.head = nn.Conv2d(a, len(CLASSES), 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the logits of the classes, (N, 4, H, W), of images (N, 1, H, W)."""
        skip1 = self.encoder1(x)
        skip2 = self.encoder2(self.down1(skip1))
        skip3 = self.encoder3(self.down2(skip2))
        x = self.bottom(self.down3(skip3))
        x = self.decoder3(torch.cat([self.up3(x), skip3], 1))
        x = self.decoder2(torch.cat([self.up2(x), skip2], 1))
        x = self.decoder1(torch.cat([self.up1(x), skip1], 1))
        return self.head(x)


def slices(series: Series, numbers: tuple[int, ...]) -> list[Array]:
    """Return slices in 0..1, each by its own least and largest value, as the network takes them."""
    source = f"sample:{series.name}"
    arrays = [load(source, slice=number, frame=series.frame).array for number in numbers]
    return [((a - a.min()) / (a.max() - a.min())).astype(np.float32) for a in arrays]


def thresholds(images: list[Array]) -> Array:
    """Return the three values between the classes: k-means of all pixels of the training slices."""
    values = np.sort(np.concatenate([image.ravel() for image in images])).astype(np.float64)
    centres = np.quantile(values, [0.1, 0.5, 0.75, 0.95])
    for _ in range(200):
        bounds = (centres[1:] + centres[:-1]) / 2
        parts = np.split(values, np.searchsorted(values, bounds))
        centres = np.array(
            [part.mean() if part.size else c for part, c in zip(parts, centres, strict=True)]
        )
    return ((centres[1:] + centres[:-1]) / 2).astype(np.float32)


def crops(
    data: list[tuple[list[Array], Array]], rng: np.random.Generator
) -> Iterator[tuple[Array, Labels]]:
    """Yield batches of noisy parts of slices, turned and mirrored, with their classes."""
    while True:
        batch, labels = [], []
        for _ in range(CROPS):
            images, bounds = data[rng.integers(len(data))]
            image = images[rng.integers(len(images))]
            row, column = (rng.integers(n - SIDE + 1) for n in image.shape)
            part = np.rot90(image[row : row + SIDE, column : column + SIDE], int(rng.integers(4)))
            part = part[:, ::-1] if rng.integers(2) else part
            noise = rng.uniform(0, NOISE) * rng.standard_normal(part.shape)
            batch.append(rng.uniform(0.85, 1.15) * part + noise)
            labels.append(np.digitize(part, bounds))
        yield np.stack(batch)[:, None].astype(np.float32), np.stack(labels)


def trained(data: list[tuple[list[Array], Array]]) -> UNet:
    """Return the network after all steps of one cycle of the learning rate."""
    torch.manual_seed(SEED)
    model = UNet()
    optimiser = torch.optim.Adam(model.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, STEPS)
    loss_of = nn.CrossEntropyLoss(torch.tensor(WEIGHTS))
    batches = crops(data, np.random.default_rng(SEED))
    for step in range(STEPS):
        batch, labels = next(batches)
        loss = loss_of(model(torch.from_numpy(batch)), torch.from_numpy(labels))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 500 == 499:
            print(f"step {step + 1}: loss {loss.item():.3f}", flush=True)
    return model.eval()


def dice(predicted: Labels, labels: Labels) -> list[float]:
    """Return the Dice coefficient of each class."""
    return [
        2 * float(((predicted == k) & (labels == k)).sum())
        / max(1, int((predicted == k).sum() + (labels == k).sum()))
        for k in range(len(CLASSES))
    ]  # fmt: skip


def print_dice(model: UNet, bounds: dict[Series, Array], part: str) -> None:
    """Print a table of Dice by class: of the network, and of the thresholds alone."""
    print(f"\nDice on the {part} slices, noise of sd {TEST_NOISE}: network / thresholds alone\n")
    print("| image | " + " | ".join(CLASSES) + " | network, no noise |")
    print("|---|" + "---|" * (len(CLASSES) + 1))
    for series in SERIES:
        rows: list[list[list[float]]] = []
        for image in slices(series, getattr(series, part)):
            image = np.pad(image, [(0, -n % 8) for n in image.shape], "edge")
            rng = np.random.default_rng(1)
            noisy = image + TEST_NOISE * rng.standard_normal(image.shape).astype(np.float32)
            labels = np.digitize(image, bounds[series])
            with torch.no_grad():
                both = torch.from_numpy(np.stack([noisy, image])[:, None])
                by_model, on_clean = model(both).argmax(1).numpy()
            simple = np.digitize(noisy, bounds[series])
            rows.append([dice(p, labels) for p in (by_model, simple, on_clean)])
        ours, theirs, clean = np.mean(rows, 0)
        name = series.name if series.frame is None else f"{series.name}, frame {series.frame}"
        cells = [f"{a:.2f} / {b:.2f}" for a, b in zip(ours, theirs, strict=True)]
        cells.append(" ".join(f"{value:.2f}" for value in clean))
        print(f"| {name} | {' | '.join(cells)} |")


def export(model: UNet, path: str) -> None:
    """Write the network for images of any sides that are multiples of 8."""
    sides = {2: "rows", 3: "columns"}
    torch.onnx.export(
        model,
        (torch.zeros(1, 1, 64, 64),),
        path,
        opset_version=17,
        input_names=["image"],
        output_names=["logits"],
        dynamic_axes={"image": sides, "logits": sides},
        dynamo=False,
    )
    written = onnx.load(path)
    written.doc_string = ABOUT
    onnx.save(written, path)


def main() -> None:
    """Train, print what the network reaches, and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", help="the ONNX file to write")
    parser.add_argument("--validate", action="store_true", help="print validation, not test")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    images = {series: slices(series, series.training) for series in SERIES}
    bounds = {series: thresholds(images[series]) for series in SERIES}
    for series, values in bounds.items():
        print(series.name, series.frame, "thresholds", *(f"{value:.3f}" for value in values))
    model = trained([(images[series], bounds[series]) for series in SERIES])
    print(sum(p.numel() for p in model.parameters()), "parameters")
    print_dice(model, bounds, "validation" if arguments.validate else "test")
    export(model, arguments.path)


if __name__ == "__main__":
    main()
