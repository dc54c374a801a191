"""`sampviz network`: the layers of a network that change resolution, and where branches meet."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import ArrayLike

from sampviz.analysis.arguments import ImageLike
from sampviz.analysis.nnunet_plans import read_plan
from sampviz.analysis.shape_trace import read_size, read_spacing
from sampviz.core.errors import UsageError, argument, either
from sampviz.core.standard_input import input_name
from sampviz.dsp.dtypes import refuse_masked
from sampviz.dsp.grid import Size
from sampviz.images.selection import Nan
from sampviz.networks.image_input import axes_of_space, image_input, sides_of_image
from sampviz.networks.ladder import Layer, Network, layers_of, merge_of
from sampviz.networks.measure_network import Run, run_network
from sampviz.networks.model_source import as_onnx
from sampviz.networks.network_table import check_out, provenance, write_maps, write_network
from sampviz.networks.output_shift import check_shift
from sampviz.networks.plans_graph import IMAGE, plans_graph
from sampviz.networks.preparation import prepared, read_image
from sampviz.networks.preparation_options import Preparation, PreparationOptions
from sampviz.networks.read_model import read_model
from sampviz.networks.simplify import computes_with_shapes, simplified
from sampviz.networks.swaps import parse_swaps
from sampviz.networks.walk import Walk, start

if TYPE_CHECKING:
    from onnx import ModelProto
    from torch.nn import Module


def network(
    model: "str | Path | ModelProto | Module | None" = None,
    image: ImageLike | None = None,
    *,
    size: str | Sequence[int] | None = None,
    spacing: str | float | Sequence[float] | None = None,
    input: str | None = None,  # noqa: A002
    plans: str | Path | None = None,
    configuration: str | None = None,
    torch: str | None = None,
    weights: str | Path | None = None,
    allow_code: bool = False,
    swap: str | Sequence[str] | None = None,
    also: Mapping[str, ArrayLike] | None = None,
    output: str | None = None,
    keep: int = 1,
    shift: int | None = None,
    maps: str | int | None = None,
    out: str | Path | None = None,
    overwrite: bool = False,
    check: Callable[[Network], None] | None = None,
    plane: str | None = None,
    slice: str | int | None = None,  # noqa: A002
    frame: int | None = None,
    nan: Nan = "keep",
    **preparation: Unpack[PreparationOptions],
) -> Network:
    """Return the layers of a network that change resolution, and where its branches meet.

    With an image the network is run on it, and its layers are measured on the maps that enter them;
    else nothing is run. As `sampviz network`.

    Parameters
    ----------
    model : str, Path, onnx.ModelProto or torch.nn.Module
        A network that was exported to ONNX, of opset 7 and up, `sample:unet`, or a module in torch,
        which is exported; None with `plans` and `torch`.
    image : Image, array_like or path, optional
        What enters it: a slice, or a volume for a network of volumes.
    size : str or sequence of int, optional
        Rows and columns in pixels, (H, W) or `"HxW"`, with slices first for a volume: to which the
        image is resampled; without an image, of what enters where the model leaves them open.
    spacing : str, float or sequence of float, optional
        Millimetres between the pixels along each axis, `(0.9, 1.2)` or `"0.9x1.2"`, or one number
        for all.
    input : str, optional
        Which input of the model is the image, where there are several.
    plans : str or Path, optional
        An nnUNetPlans.json, in place of a model, a size and a spacing: the network that it
        describes, on a patch with its axes in the order of the image.
    configuration : str, optional
        Which configuration of the plans; 3d_fullres by default, or the only one.
    torch : str, optional
        In place of a model `package.module:name`, code that makes one in torch without arguments.
    weights : str or Path, optional
        A file of torch.save with the state dict of that.
    allow_code : bool
        Let that code be imported, which runs it.
    swap : str or sequence of str, optional
        Filters in place of layers, on the same maps: `"max=maxblur,conv=blur:k=5"`.
    also : mapping of str to array_like, optional
        What enters other inputs of the model; numbers and lists that are not given are 0.
    output : str, optional
        Measure only the layers that this output of the model is made of.
    keep : int
        How many channels of each layer are kept to be looked at, those that fold most:
        `measures.kept`.
    shift : int, optional
        Move the image by 0 to so many pixels along its last axis, and see how far the output is
        from moving with it: `shift` of the result.
    maps : str or int, optional
        A layer, by name or number: what enters it is written to `out`, all channels, float32.
    out : str or Path, optional
        Write all numbers, those of each channel too, to FILE.csv or FILE.json; with `maps` those to
        FILE.npy.
    overwrite : bool
        Whether `out` may replace a file.
    check : callable, optional
        Called with the network, its layers known, before it is run on an image: an error that it
        raises ends the work.
    plane, slice, frame, nan
        Which picture of a file, as in `load`.
    **preparation
        How the image enters. `layout`: where the channels of the input stand (nchw, nhwc; its first
        convolution or pooling tells). `channels`: colours made grey (gray), one channel repeated
        (repeat; the default where there is one), colours as they are (rgb) or the other way round
        (bgr). `scale`: the values as they are (none), 0..1 (unit), 0..255 (255), -1..1 (half), mean
        0 and standard deviation 1 (zscore), or as models of ImageNet take them (imagenet); nothing
        in the numbers shows a wrong one. `window`: values or percentiles to which the image is cut
        before, `"p1,p99"`. `fit`: to how many pixels it is cut or surrounded by zeros, centred; by
        default to what the model takes. `multiple`: to a multiple of so many pixels zeros are added
        behind where the model leaves its sides open; by default the largest step of the network.
        `stack`: neighbouring slices are the channels, the chosen one in the middle.

    Returns
    -------
    Network
        Its `layers`, the first of which is the input, and its `merges`. With an image each layer
        has `measures`, and `maps` gives what enters it.

    Raises
    ------
    InputError
        For a file that is no ONNX model, or holds no plans, and one whose numbers cannot be.
    UsageError
        For a size or an input that the model does not take, and if onnx is not installed.

    Examples
    --------
    >>> import sampviz
    >>> net = sampviz.network("sample:unet", size="256x192", spacing=0.9)
    >>> [layer.op for layer in net.layers[:4]]
    ['', 'max:k=2:s=2', 'conv:k=3:s=2:p=1', 'avg:k=2:s=2']
    >>> net.layers[3].size, net.layers[3].nyquist
    ((32, 24), (Fraction(1, 16), Fraction(1, 16)))
    """
    check_shift(shift)
    if plans is not None:
        if any(value is not None for value in (model, image, torch, size, spacing, input)):
            what = "plans say the network, the size and the spacing"
            raise UsageError(what, argument("plans"), "leave the others out")
        return _of_plans(plans, configuration)
    if configuration is not None:
        raise UsageError("there are no plans", argument("configuration"), "leave it out")
    export_size = preparation.get("fit") or size
    model = as_onnx(model, export_size, torch=torch, weights=weights, allow_code=allow_code)
    graph = read_model(model, where=torch or "")  # of code, its name
    name = image_input(graph, input)
    prepare = Preparation(**preparation)
    positions = axes_of_space(graph, name, prepare.layout)
    if image is not None:
        check_out(out, maps)
        reading = {"plane": plane, "slice": slice, "frame": frame, "nan": nan}
        source = read_image(image, len(positions), prepare, reading)
        entering = prepared(source, graph, name, positions, prepare, size)
        for values in (also or {}).values():
            refuse_masked(values)
        arrays = {key: np.asarray(values) for key, values in (also or {}).items()}
        around = None
        if shift is not None:
            wider = prepared(source, graph, name, positions, prepare, size, margin=shift)
            around = wider.array if wider.size != entering.size else None
        mm = entering.spacing if spacing is None else read_spacing(spacing, len(positions))

        def check_layers(walk: Walk) -> None:
            layers_only = _network(walk, name, entering.size, mm)
            if maps is not None:
                try:
                    layers_only.number_of(maps)
                except UsageError as err:
                    raise err.set_where(argument("maps", maps)) from None
            if check:
                check(layers_only)

        run = run_network(
            model,
            graph,
            entering,
            positions,
            parse_swaps(swap),
            arrays,
            output,
            keep,
            shift,
            around,
            check_layers,
        )
        net = _network(run.walk, name, entering.size, mm, run, provenance(model, entering))
        if out is not None and maps is not None:
            write_maps(net.maps(maps), Path(out), overwrite=overwrite)
        elif out is not None:
            write_network(net, Path(out), overwrite=overwrite)
        return net
    if out is not None or maps is not None:
        where = argument("maps") if out is None else argument("out", out)
        fix = f"give {either('image', 'INPUT')}"
        raise UsageError("without an image nothing is written", where, fix)
    sides = sides_of_image(graph, name, positions, None if size is None else read_size(size))
    mm = None if spacing is None else read_spacing(spacing, len(sides))
    shape = list(graph.inputs[name])
    for position, side in zip(positions, sides, strict=True):
        shape[position] = side
    if computes_with_shapes(graph):
        graph = simplified(model, graph, {name: tuple(side or 1 for side in shape)})
    walk = Walk(graph, name, start(sides, positions, len(shape)))
    return _network(walk, name, sides, mm)


def _of_plans(plans: str | Path, configuration: str | None) -> Network:
    """Return the ladder of the network that plans describe."""
    plan = read_plan(plans, configuration)
    graph = plans_graph(plan, input_name(str(plans)))
    rank = len(graph.inputs[IMAGE])
    walk = Walk(graph, IMAGE, start(plan.size, range(2, rank), rank))
    return _network(walk, IMAGE, plan.size, plan.spacing)


def _network(
    walk: Walk,
    image: str,
    sides: Size,
    mm: tuple[float, ...] | None,
    run: Run | None = None,
    made_with: Mapping[str, Any] | None = None,
) -> Network:
    """Return the ladder of what a walk found, numbered from the input on."""
    one, zero = Fraction(1), Fraction(0)
    steps, deltas = (one,) * len(sides), ((zero, zero),) * len(sides)
    first = Layer(0, image, "", sides, sides, steps, deltas, mm)
    numbers = {key: number for number, key in enumerate(sorted(walk.rungs), 1)}
    return Network(
        layers_of(
            walk.graph,
            [walk.rungs[key] for key in numbers],
            first,
            mm,
            [run.measures.get(key) if run else None for key in numbers],
        ),
        tuple(merge_of(meeting, numbers, mm) for meeting in walk.meetings),
        tuple(node.name for node in walk.pooled),
        {
            f"{node.name} ({node.op})": tuple(layer.name for layer in behind)
            for node, behind in walk.ends.values()
        },
        Path(walk.graph.where).name,
        run.entering if run else None,
        {numbers[key]: x for key, x in run.maps.items()} if run else {},
        made_with or {},
        run.shift if run else None,
        walk.different_steps,
    )
