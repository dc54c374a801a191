"""Which array is read of a file that holds several."""

from collections.abc import Mapping
from itertools import islice

from sampviz.core.errors import InputError, UsageError, argument, did_you_mean
from sampviz.images.selection import Selection

_MOST_NAMED = 8  # arrays in a message
_LONGEST = 60  # characters of a name in it


def choose_dataset(
    arrays: Mapping[str, tuple[tuple[int, ...], str]], where: str, selection: Selection, kind: str
) -> str:
    """Return the name of the array that is meant: the only one, or that of the selection.

    Parameters
    ----------
    arrays : mapping of str to (tuple of int, str)
        The shape of each array that could be read, and the name of its type.
    where : str
        The name of the input, for errors.
    selection : Selection
        Its `dataset` is the name.
    kind : str
        What the file is, such as "a MATLAB file".

    Returns
    -------
    str

    Raises
    ------
    InputError
        If there is no array.
    UsageError
        If there are several and none is chosen, or none has the name.
    """
    if not arrays:
        raise InputError(f"{kind} without an array of numbers", where, "save one in it")
    listed = ", ".join(
        f"{_short(name)} ({'x'.join(map(str, shape))} {dtype})"
        for name, (shape, dtype) in islice(arrays.items(), _MOST_NAMED)
    )
    if len(arrays) > _MOST_NAMED:
        listed += f" and {len(arrays) - _MOST_NAMED} more"
    first = next(iter(arrays))
    if selection.dataset is None:
        if len(arrays) == 1:
            return first
        what = f"{kind} with {len(arrays)} arrays: {listed}"
        raise UsageError(what, where, f"choose one: {argument('dataset', first)}")
    wanted = selection.dataset.strip("/")
    if wanted not in arrays:
        raise UsageError(
            f"{kind} has no array {_short(wanted)!r}",
            f"{argument('dataset')}, for {where}",
            did_you_mean(wanted, list(arrays), f"it has {listed}"),
        )
    return wanted


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
