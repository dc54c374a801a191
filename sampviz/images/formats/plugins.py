"""Formats of installed packages, by entry points."""

import warnings
from collections.abc import Callable, Collection
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from sampviz.core.errors import InputError, SampvizWarning, argument
from sampviz.images.formats.format import Format, Source
from sampviz.images.image import Image
from sampviz.images.selection import Selection

GROUP = "sampviz.formats"  # of entry points
_LONGEST = 200  # characters of a message of others
_MEND = f"mend it; {argument('the traceback', option='debug')} shows where"


def plugin_formats(used_names: Collection[str]) -> list[Format]:
    """Return the formats that installed packages offer.

    One that cannot be used, or whose name is taken, is left out with a warning.

    Parameters
    ----------
    used_names : collection of str
        Names that are taken.

    Returns
    -------
    list of Format
        Package by package, in the order of their names.
    """
    formats: dict[str, Format] = {}
    entries = sorted(entry_points(group=GROUP), key=lambda entry: (_home(entry), entry.name))
    for entry in entries:
        reason = ""
        try:
            loaded = entry.load()
        except (Exception, SystemExit) as err:
            reason = f"it cannot be imported: {_describe_error(err)}"
        else:
            if not isinstance(loaded, Format):
                reason = f"it is no Format, but of type {type(loaded).__name__}"
            elif loaded.name in used_names or loaded.name in formats:
                reason = f"another is named {loaded.name!r}"
        if reason:
            text = f"the format {entry.name!r} of {_home(entry)} is left out: {reason}"
            warnings.warn(text, SampvizWarning, stacklevel=2)
        else:
            formats[loaded.name] = _guarded(loaded)
    return list(formats.values())


def _home(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else "an unknown package"


def _guarded(known: Format) -> Format:
    """Return a format of others whose exceptions and wrong results are words."""
    return replace(
        known,
        read=_checked_reader(known),
        matches=_that_answers(known.name, known.matches),
        matches_folder=_that_answers(known.name, known.matches_folder),
        is_strict=False,
    )


def _checked_reader(known: Format) -> Callable[[Source, Selection], Image]:
    def read(source: Source, selection: Selection) -> Image:
        image: Any = known.read(source, selection)
        if not isinstance(image, Image):
            what = f"the format {known.name} returned a {type(image).__name__}, not an Image"
            raise InputError(what, source.where, _MEND)
        return image

    return read


def _that_answers(name: str, matches: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Return what recognises a file; where it raises it does not, and a warning says so."""

    def answer(start: Any) -> bool:
        try:
            return bool(matches(start))
        except (Exception, SystemExit) as err:
            text = f"the format {name} cannot recognise files: {_describe_error(err)}"
            warnings.warn(text, SampvizWarning, stacklevel=2)
            return False

    return answer


def _describe_error(err: BaseException) -> str:
    text = " ".join(f"{type(err).__name__}: {err}".split()).removesuffix(":")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
