"""Torch modules, right and wrong."""

import torch
from torch import nn


class Pool(nn.Module):
    """Max pooling, with dropout that only eval mode turns off."""

    def __init__(self) -> None:
        super().__init__()
        self.drop = nn.Dropout(0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return nn.functional.max_pool2d(self.drop(x), 2)


class Flat(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.flatten()


pool = nn.MaxPool2d(2)
mix = nn.Conv2d(3, 1, 1, bias=False).double()
nn.init.constant_(mix.weight, 1)
maps = nn.Conv2d(1, 4, 3, stride=2)
per_channel = nn.AvgPool2d(2)


class Ladder(nn.Module):
    """A way down and up again, for planes of `channels`; dropout that only eval mode turns off."""

    def __init__(self, channels: int = 3) -> None:
        super().__init__()
        self.down = nn.Conv2d(channels, 4, 3, stride=2, padding=1)
        self.drop = nn.Dropout(0.5)
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ConvTranspose2d(4, 4, 2, stride=2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        skip = self.drop(self.down(x))
        return torch.cat([self.up(self.pool(skip)), skip], 1)


class Refusing(Ladder):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        raise ValueError("of two\nlines")


class Volumes(nn.Module):
    """A strided convolution of volumes."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Conv3d(1, 1, 2, stride=2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.down(x)


ladder = Ladder()
