"""`sampviz apply`: the array that a chain makes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sampviz.cli.input_options import InputName, Reading, reads
from sampviz.cli.options import AllowCode, Overwrite, Quiet, silence_warnings
from sampviz.core.errors import UsageError

if TYPE_CHECKING:
    from sampviz.figures.panels.intensity_window import Window
    from sampviz.images.image import Image


@reads
def apply(
    source: InputName,
    chain: Annotated[
        str, typer.Argument(metavar="CHAIN", help="e.g. max:times=2+bilinear:4", show_default=False)
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="FILE.npy, .nii.gz, .nii or .png",
            show_default=False,
        ),
    ],
    *,
    reading: Reading,
    stages: Annotated[
        bool, typer.Option("--stages", help="Write the array after every step too: FILE_1_max.npy.")
    ] = False,
    window: Annotated[
        str | None,
        typer.Option(
            metavar="WINDOW",
            help="Values that are black and white in a PNG: 0,800 or p1,p99 of the input."
            " By default the format's range, or the input's.",
        ),
    ] = None,
    bits: Annotated[
        int | None, typer.Option(help="8 or 16 bits a pixel in a PNG; the input's by default.")
    ] = None,
    record: Annotated[
        bool,
        typer.Option(
            "--record",
            help="Write how each was made beside it: FILE.sampviz.json. NIfTI holds it anyhow.",
        ),
    ] = False,
    allow_code: AllowCode = False,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Write the array that a chain makes of an image.

    .npy holds it exactly (float32 or float64). NIfTI keeps every structure at its place in mm:
    the spacing and the origin follow the operations. PNG is cut into 8 or 16 bits.
    """
    silence_warnings(quiet)
    from sampviz.cli.output_files import print_path
    from sampviz.core.atomic_write import atomic_write, check_target
    from sampviz.figures.panels.intensity_window import Window
    from sampviz.images.embedded_text import sidecar_path
    from sampviz.images.load import load
    from sampviz.images.write_array import ending, export
    from sampviz.ops.chain import Chain
    from sampviz.recipes.provenance import record_of
    from sampviz.recipes.recipe import Recipe

    parsed = Chain.parse(chain, allow_code=allow_code)
    kind = ending(out)
    if bits not in (None, 8, 16):
        raise UsageError(f"a PNG has 8 or 16 bits, not {bits}", "--bits", "write --bits 16")
    if kind != ".png" and (window or bits):
        raise UsageError(f"{kind} needs no window and no bits", str(out), "leave them out")
    asked = Window.parse(window)
    image = load(source, **reading, series=True)
    limits = _limits(image, asked) if kind == ".png" else None
    depth = bits or (8 if image.range == (0, 255) else 16)
    if limits:
        typer.echo(
            f"window: {limits[0]:g} is black, {limits[1]:g} is white, {depth} bits", err=True
        )
    parsed = parsed.resolve(image.size, image.spacing)
    grids = parsed.trace(image.size)
    names = ["input", *(step.op.name.rpartition(":")[2] for step in parsed.steps)]
    stem = out.name[: -len(kind)]
    targets = [out.with_name(f"{stem}_{i}_{name}{kind}") for i, name in enumerate(names)]
    for target in [*(targets if stages else []), out]:
        check_target(target, [source], overwrite=True)  # or the same bytes: see export
    if stages:
        arrays = parsed.stages(image.array, axes=image.axes)
        chains = ["identity", *(str(Chain(parsed.steps[:i])) for i in range(1, len(arrays)))]
        work = list(zip(targets, arrays, grids, chains, strict=True))
        work.append((out, *work[-1][1:]))
    else:
        work = [(out, parsed(image.array, axes=image.axes), grids[-1], str(parsed))]
    for target, array, at, text in work:
        recipe = Recipe("array", "compare", {"ops": [text], **reading, "window": window})
        told = record_of(recipe, [source], [image.taken], [load]).json()
        made = image.after(array, at)
        export(made, target, limits=limits, bits=depth, overwrite=overwrite, record=told)
        print_path(target)
        if record:
            with atomic_write(sidecar_path(target), overwrite=overwrite) as side:
                side.write_text(f"{told}\n")
            print_path(sidecar_path(target))


def _limits(image: "Image", window: "Window") -> tuple[float, float]:
    """Return what is black and white in a PNG: as asked, the format's range, or the input's."""
    import numpy as np

    from sampviz.figures.panels.intensity_window import nonempty_limits
    from sampviz.images.image import magnitude

    values = magnitude(image.array)
    if window.kind != "auto" or image.range is not None:
        return window.limits(values, image)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return nonempty_limits(low, high)
