"""The arrays that a chain makes of an image, written as .npy, NIfTI or PNG."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sampviz.analysis.arguments import ChainsLike, ImageLike
from sampviz.analysis.channel_choice import as_chosen_image
from sampviz.analysis.label_check import check_labels, keeps_labels
from sampviz.analysis.plane_memory import check_plane_memory
from sampviz.analysis.scale_warning import warn_of_scale
from sampviz.analysis.volume_memory import chains_at_once
from sampviz.core.atomic_write import atomic_write, check_target
from sampviz.core.errors import UsageError, argument
from sampviz.core.text import short_repr
from sampviz.images.embedded_text import sidecar_path
from sampviz.images.image import Image, magnitude
from sampviz.images.intensity_window import Limits, Window, nonempty_limits
from sampviz.images.load import load
from sampviz.images.value_range import value_range
from sampviz.images.write_array import ending, export
from sampviz.ops.chain import Chain
from sampviz.ops.convert import as_chain
from sampviz.recipes.provenance import record_of
from sampviz.recipes.recipe import Recipe

_RIPPLE = 0.1  # of 1, between the samples of a windowed sinc


@dataclass(frozen=True, repr=False)
class Applied:
    """What a chain made of an image: the last array, and the files in the order of the steps.

    `limits` are the values that are black and white in a PNG, and `bits` its bits a pixel; None of
    other formats.
    """

    image: Image
    paths: tuple[Path, ...]
    limits: Limits | None
    bits: int | None

    def __repr__(self) -> str:
        shape = "x".join(map(str, self.image.array.shape))
        paths = ", ".join(map(str, self.paths))
        return short_repr(f"<Applied {shape} {self.image.array.dtype}: {paths}>")

    def _repr_png_(self) -> bytes | None:
        """Return the picture that a notebook shows."""
        return self.image._repr_png_()


@dataclass(frozen=True, eq=False)
class Application:
    """A chain, the image that it is applied to, and how the arrays are written.

    `source` is the path of the image, None of an image in memory, which no record can name.
    """

    image: Image
    source: str | None
    chain: Chain
    path: Path
    selection: Mapping[str, Any]
    window: str | None
    limits: Limits | None
    bits: int

    def write(self, *, stages: bool, record: bool, overwrite: bool) -> Iterator[tuple[Path, Image]]:
        """Write the arrays; yield the path of each file when it is written, and what it is of."""
        chain = self.chain.resolve(self.image.size, self.image.spacing)
        check_plane_memory("apply", self.image, [chain])
        grids = chain.trace(self.image.size)
        paths = [*(self._stage_paths(chain) if stages else ()), self.path]
        for path in paths:
            # `export` replaces a file without `overwrite` if the bytes are the same.
            check_target(path, [self.source] if self.source else [], overwrite=True)
        chains_at_once(self.image, [chain], 1)
        if stages:
            arrays = chain.stages(self.image.array, axes=self.image.axes)
            parts = [Chain(chain.steps[:i]) for i in range(1, len(arrays))]
            outputs = list(zip(arrays, grids, [Chain.parse("identity"), *parts], strict=True))
            outputs.append(outputs[-1])
        else:
            outputs = [(chain(self.image.array, axes=self.image.axes), grids[-1], chain)]
        for path, (array, grid, applied) in zip(paths, outputs, strict=True):
            labels = self.image.labels if keeps_labels(self.image, applied) else None
            image = replace(self.image.after(array, grid), labels=labels)
            made_by = self._record(str(applied))
            export(
                image,
                path,
                limits=self.limits,
                bits=self.bits,
                overwrite=overwrite,
                record=made_by,
                picked=(labels is not None or applied.picks_values) and self.image.scale == "none",
                same_scale=self._keeps_scale(applied),
            )
            yield path, image
            if record:
                with atomic_write(sidecar_path(path), overwrite=overwrite) as temporary:
                    temporary.write_text(f"{made_by}\n")
                yield sidecar_path(path), image

    def _stage_paths(self, chain: Chain) -> list[Path]:
        """Return a path for the input and for the array after each step: FILE_1_max.npy."""
        kind = ending(self.path)
        stem = self.path.name[: -len(kind)]
        names = ["input", *(step.op.name.rpartition(":")[2] for step in chain.steps)]
        return [self.path.with_name(f"{stem}_{i}_{name}{kind}") for i, name in enumerate(names)]

    def _keeps_scale(self, chain: Chain) -> bool:
        """Whether a constant stays what it is, so that a window in the header still fits."""
        header = self.image.file.header
        if self.image.scale != "none":
            return False
        if header is None or header.window is None or chain.picks_values:
            return True
        out = chain(np.ones(self.image.size, np.float32), axes=self.image.axes)
        return bool(abs(np.median(out) - 1) < _RIPPLE)

    def _record(self, chain: str) -> str:
        if self.source is None:
            return ""
        values = {"ops": [chain], **self.selection, "window": self.window}
        recipe = Recipe("array", "compare", values)
        return record_of(recipe, [self.source], [self.image.taken], [load]).json()


def plan_application(
    source: ImageLike,
    chain: ChainsLike,
    path: str | Path,
    *,
    window: str | None = None,
    bits: int | None = None,
    record: bool = False,
    allow_code: bool = False,
    **selection: Any,
) -> Application:
    """Check all words, read the image, and choose the window of a PNG; see `apply`."""
    parsed = as_chain(chain, allow_code=allow_code)
    path = Path(path)
    kind = ending(path)
    if bits not in (None, 8, 16):
        raise UsageError(
            f"a PNG has 8 or 16 bits, not {bits}", argument("bits"), f"write {argument('bits', 16)}"
        )
    if kind != ".png" and (window or bits):
        raise UsageError(f"{kind} needs no window and no bits", str(path), "leave them out")
    parsed_window = Window.parse(window)
    series = {} if isinstance(source, Image) else {"series": True}
    image = as_chosen_image(source, [parsed], **selection, **series)
    name = os.fspath(source) if isinstance(source, (str, Path)) else None
    if record and name is None:
        what = "an image in memory has no file that a record could name"
        raise UsageError(what, image.name, "give the path of its file")
    check_labels(image, [parsed])
    warn_of_scale(image, [parsed])
    labels_stay = keeps_labels(image, parsed) and window is None
    limits = _limits(image, parsed_window) if kind == ".png" and not labels_stay else None
    depth = bits or (8 if image.range == (0, 255) else 16)
    return Application(image, name, parsed, path, selection, window, limits, depth)


def apply(
    source: ImageLike,
    chain: ChainsLike,
    path: str | Path,
    *,
    stages: bool = False,
    window: str | None = None,
    bits: int | None = None,
    record: bool = False,
    allow_code: bool = False,
    overwrite: bool = False,
    **selection: Any,
) -> Applied:
    """Write the array that a chain makes of an image.

    A `.npy` holds it exactly (float32 or float64). A NIfTI keeps every structure at its position
    in mm: the spacing and the origin follow the operations. A PNG is cut into 8 or 16 bits.

    Parameters
    ----------
    source : path, array or image
        A PNG, JPEG, NIfTI or `.npy` file, ``"sample:NAME"``, an array (H, W) or (C, H, W), or an
        image of sampviz, nibabel, PIL, torch or xarray.
    chain : str, Chain, operation, function or torch module
        E.g. ``"max:times=2+bilinear:4"``.
    path : str or Path
        FILE.npy, .nii.gz, .nii or .png.
    stages : bool
        Write the input and the array after every step, too: FILE_1_max.npy.
    window : str, optional
        Values that are black and white in a PNG: ``"0,800"``, percentiles of the input,
        ``"p1,p99"``, or ``"header"``. By default the range of the data; labels keep their numbers.
    bits : {8, 16}, optional
        Bits a pixel of a PNG; by default those of the input.
    record : bool
        Write beside each file how it was made: FILE.sampviz.json. A NIfTI holds it anyhow.
    allow_code : bool
        Let a step be ``package.module:name``: code of yours, which is run.
    overwrite : bool
        Replace files that sampviz did not make, too.
    **selection
        Which picture of the file is read: keywords of `load`, e.g. ``slice="60%"``.

    Returns
    -------
    Applied
        The last array as an image, with its spacing, and the paths of all files.

    Raises
    ------
    ChainError
        For a text that is no chain, or a chain that the image cannot go through.
    UsageError
        For an argument that cannot be what was meant.
    InputError
        For a file that cannot be read.
    OutputError
        If a file cannot be written, or something would be lost by it.

    Examples
    --------
    >>> import tempfile
    >>> import sampviz
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     applied = sampviz.apply("sample:t1", "max+max", f"{folder}/small.npy", stages=True)
    >>> [path.name for path in applied.paths]
    ['small_0_input.npy', 'small_1_max.npy', 'small_2_max.npy', 'small.npy']
    >>> applied.image.size
    (64, 48)
    """
    plan = plan_application(
        source,
        chain,
        path,
        window=window,
        bits=bits,
        record=record,
        allow_code=allow_code,
        **selection,
    )
    paths, image = [], plan.image
    for path_written, image in plan.write(stages=stages, record=record, overwrite=overwrite):  # noqa: B007
        paths.append(path_written)
    return Applied(image, tuple(paths), plan.limits, plan.bits if plan.limits else None)


def _limits(image: Image, window: Window) -> Limits:
    """Return what is black and white in a PNG: as asked, the format's range, or the input's."""
    if window.kind != "auto":
        return window.limits(magnitude(image.array), image)
    data_range = value_range(image)
    return nonempty_limits(data_range.low, data_range.high)
