"""The plans of an nnU-Net: what its stages halve of a patch, and how large its pixels are.

The file may be anybody's: its size and every number of it are checked before they are used.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from sampviz.core.errors import InputError, UsageError, argument, did_you_mean
from sampviz.core.open_file import open_file
from sampviz.core.standard_input import input_name, input_path
from sampviz.core.text import counted
from sampviz.core.warn import warn
from sampviz.dsp.grid import Size

_LARGEST = 2**22  # bytes; real ones have some 10 kB
_MOST_STAGES = 16
_MOST_STRIDE = 64
_LARGEST_SIDE = 2**16
_LARGEST_SPACING = 1e6  # mm
_USUAL = "3d_fullres"
_FIX = "give the nnUNetPlans.json that nnU-Net wrote beside the preprocessed images"
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Plan:
    """A configuration of the plans, its axes in the order of the image: slices, rows, columns.

    Parameters
    ----------
    name : str
        Of the configuration.
    size : tuple of int
        Of a patch, in pixels; two axes of a configuration of planes.
    spacing : tuple of float
        Size of a pixel in mm.
    strides : tuple of tuple of int
        Of each stage, by how much it makes the patch smaller along each axis.
    kernels : tuple of tuple of int
        Of each stage, samples of its kernels along each axis; empty where the plans do not say.
    network : str
        The name of the network's class, without its module; empty where the plans do not say.
    """

    name: str
    size: Size
    spacing: tuple[float, ...]
    strides: tuple[Size, ...]
    kernels: tuple[Size, ...]
    network: str


def read_plan(path: str | Path, configuration: str | None = None) -> Plan:
    """Read a configuration of the plans of an nnU-Net.

    Parameters
    ----------
    path : str or Path
        An nnUNetPlans.json.
    configuration : str, optional
        Its name; 3d_fullres by default, which a warning says, or the only one there is.

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        For a file that holds no such plans.
    UsageError
        For a configuration that is not there.
    """
    reader = _Reader(input_name(str(path)))
    document = reader.document(path)
    configurations = reader.table(document, "configurations")
    names = tuple(configurations)
    if configuration is None and len(names) > 1 and _USUAL not in names:
        what = f"the plans have {len(names)} configurations"
        raise UsageError(
            what, reader.where, f"choose with {argument('configuration')}: {_of(names)}"
        )
    name = configuration or (_USUAL if _USUAL in names else names[0])
    if name not in names:
        fix = did_you_mean(name, names, f"the plans have {_of(names)}")
        raise UsageError(f"no configuration is named {name[:40]!r}", argument("configuration"), fix)
    if configuration is None and len(names) > 1:
        others = " or ".join(other for other in names if other != name)
        what = f"{name} of the plans is taken; {argument('configuration')} chooses {others}"
        warn(what)
    values = reader.inherited(configurations, name)
    size = reader.numbers(values, "patch_size", int, _LARGEST_SIDE)
    spacing = reader.numbers(values, "spacing", float, _LARGEST_SPACING)
    strides = reader.stages(values, "strides", "pool_op_kernel_sizes", len(size))
    kernels = reader.kernels(values, strides)
    if len(size) not in (2, 3) or len(spacing) != len(size):
        raise reader.error(
            f"patch_size has {counted(len(size), 'axis', 'axes')} and spacing {len(spacing)}"
        )
    order = reader.image_order(document, len(size))
    return Plan(
        name,
        _reordered(size, order),
        _reordered(spacing, order),
        tuple(_reordered(stride, order) for stride in strides),
        tuple(_reordered(kernel, order) for kernel in kernels),
        reader.network(values),
    )


def _of(names: Sequence[str]) -> str:
    return ", ".join(names)


def _architecture(values: dict[str, Any]) -> dict[str, Any]:
    """Return what plans say of the network; older ones have no part for it."""
    architecture = values.get("architecture")
    return architecture if isinstance(architecture, dict) else {}


def _reordered(values: Sequence[_Item], order: Sequence[int]) -> tuple[_Item, ...]:
    return tuple(values[i] for i in order)


@dataclass(frozen=True)
class _Reader:
    """Takes values out of the plans; what they cannot be is an error at the file `where`."""

    where: str

    def error(self, what: str) -> InputError:
        """Return the error that the file holds no such plans."""
        return InputError(f"no plans of nnU-Net: {what}", self.where, _FIX)

    def document(self, path: str | Path) -> dict[str, Any]:
        """Return what the file holds."""
        with open_file(input_path(path), self.where) as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise self.error(f"it has more than {_LARGEST} bytes")
        try:
            document = json.loads(content, parse_constant=_refuse)
        except (ValueError, RecursionError) as err:
            raise self.error(f"it is no JSON, {err}") from None
        if not isinstance(document, dict):
            raise self.error("it is a JSON without names")
        return document

    def table(self, values: dict[str, Any], name: str) -> dict[str, Any]:
        """Return an entry that holds others."""
        table = values.get(name)
        if not isinstance(table, dict) or not table:
            raise self.error(f"it has no {name}")
        return table

    def inherited(self, configurations: dict[str, Any], name: str) -> dict[str, Any]:
        """Return the values of a configuration, with those of what it inherits from."""
        values: dict[str, Any] = {}
        seen: set[str] = set()
        parent: Any = name
        while parent is not None:
            own = configurations.get(parent) if isinstance(parent, str) else None
            if not isinstance(own, dict) or parent in seen:
                raise self.error(f"what {name!r} inherits from cannot be told")
            seen.add(parent)
            values = {**own, **values}
            parent = own.get("inherits_from")
        return values

    def numbers(
        self, values: dict[str, Any], name: str, kind: type[_Item], largest: float
    ) -> tuple[_Item, ...]:
        """Return a list of positive numbers, up to `largest`."""
        numbers = values.get(name)
        self._check_numbers(numbers, name, kind, largest)
        return tuple(numbers)  # type: ignore[arg-type]

    def _check_numbers(self, numbers: Any, name: str, kind: type, largest: float) -> None:
        types = (int,) if kind is int else (int, float)
        is_valid = isinstance(numbers, list) and all(
            isinstance(number, types) and not isinstance(number, bool) and 0 < number <= largest
            for number in numbers
        )
        if not is_valid:
            raise self.error(f"{name} is not a list of numbers above 0, up to {largest:g}")

    def stages(
        self, values: dict[str, Any], name: str, old_name: str, axes: int
    ) -> tuple[Size, ...]:
        """Return whole numbers along each axis of all stages, of plans of any version."""
        newer = _architecture(values).get("arch_kwargs")
        if isinstance(newer, dict):
            stages = newer.get(name)
        else:
            name, stages = old_name, values.get(old_name)
        if not isinstance(stages, list) or not 1 <= len(stages) <= _MOST_STAGES:
            raise self.error(f"{name} is not a list of 1..{_MOST_STAGES} stages")
        # A number stands for all axes.
        of_all = [stage if isinstance(stage, list) else [stage] * axes for stage in stages]
        for stage in of_all:
            self._check_numbers(stage, name, int, _MOST_STRIDE)
            if len(stage) != axes:
                count = counted(len(stage), "axis", "axes")
                raise self.error(f"{name} has a stage of {count}, and a patch {axes}")
        return tuple(map(tuple, of_all))

    def kernels(self, values: dict[str, Any], strides: Sequence[Size]) -> tuple[Size, ...]:
        """Return the kernels of all stages; empty where the plans do not say."""
        newer = _architecture(values).get("arch_kwargs")
        name, table = "conv_kernel_sizes", values
        if isinstance(newer, dict):
            name, table = "kernel_sizes", newer
        if table.get(name) is None:
            return ()
        kernels = self.stages(values, "kernel_sizes", "conv_kernel_sizes", len(strides[0]))
        if len(kernels) != len(strides):
            raise self.error(
                f"it has {counted(len(strides), 'stage')} of strides and {len(kernels)} of kernels"
            )
        return kernels

    def network(self, values: dict[str, Any]) -> str:
        """Return the name of the network's class without its module; empty where there is none."""
        name = _architecture(values).get("network_class_name", values.get("UNet_class_name", ""))
        if not isinstance(name, str):
            raise self.error("the class of its network is no name")
        return name.rpartition(".")[2]

    def image_order(self, document: dict[str, Any], axes: int) -> list[int]:
        """Return which axis of the plans is the first, second .. of the image.

        nnU-Net brings the axis of the largest spacing to the front: axis i of its arrays is axis
        transpose_forward[i] of the image. A plane has the last two of them.
        """
        forward = document.get("transpose_forward")
        if not isinstance(forward, list) or sorted(map(str, forward)) != ["0", "1", "2"]:
            raise self.error("transpose_forward is no order of the axes 0, 1 and 2")
        image_axes = [int(axis) for axis in forward[-axes:]]
        return sorted(range(axes), key=image_axes.__getitem__)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
