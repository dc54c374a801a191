"""A small U-Net in torch: `python -m tests.networks.torch_unet` stores it, with the maps inside.

Writes unet.npz: the model as ONNX, the image, and the map that enters each layer which changes
resolution, as hooks see it. It needs torch and onnx.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).with_name("unet.npz")


def exported() -> dict[str, Any]:
    """Return the model, the image and the maps in the order in which the layers run."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    width = 3

    class Unet(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Sequential(nn.Conv2d(1, width, 3, padding=1), nn.ReLU())
            self.pool = nn.MaxPool2d(2)
            self.strided = nn.Conv2d(width, width, 3, stride=2, padding=1, bias=False)
            self.norm = nn.BatchNorm2d(width)
            self.mean = nn.AvgPool2d(3, 2, 1)
            self.up = nn.Upsample(scale_factor=2, mode="bilinear")
            self.transposed = nn.ConvTranspose2d(width, width, 2, stride=2)
            self.last = nn.ConvTranspose2d(2 * width, 1, 3, stride=2, padding=1, output_padding=1)

        def forward(self, x: Any) -> Any:
            pooled = self.pool(self.first(x))
            small = torch.relu(self.norm(self.strided(pooled)))
            up = self.transposed(self.up(self.mean(small)))
            return self.last(torch.cat([up, pooled], 1))

    model, image = Unet().eval(), torch.randn(1, 1, 32, 24)
    model.norm.running_mean.uniform_(-1, 1)
    layers = ("pool", "strided", "mean", "up", "transposed", "last")
    maps: dict[str, Any] = {}

    def keep(name: str) -> Any:
        return lambda _, inputs: maps.update({name: inputs[0].detach()[0].numpy().copy()})

    hooks = [getattr(model, name).register_forward_pre_hook(keep(name)) for name in layers]
    with torch.no_grad():
        model(image)
    for hook in hooks:
        hook.remove()
    file = BytesIO()
    torch.onnx.export(model, (image,), file, opset_version=17, dynamo=False)
    content = np.frombuffer(file.getvalue(), np.uint8)
    return {"model": content, "image": image[0, 0].numpy(), **maps}


if __name__ == "__main__":
    np.savez_compressed(FILE, **exported())
