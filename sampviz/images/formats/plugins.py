"""Formats of installed packages, by entry points."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from sampviz.core.errors import InputError, SampvizError
from sampviz.core.plugins import (
    MEND,
    describe_error,
    load_plugins,
    package_of,
    plugin_entries,
)
from sampviz.core.warn import warn
from sampviz.images.formats.format import Format, Source
from sampviz.images.image import UNNAMED, Image
from sampviz.images.selection import Selection

GROUP = "sampviz.formats"  # of entry points


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
    loaded = load_plugins(plugin_entries(GROUP), "format", used_names, _rejection)
    return [_guarded(known, package_of(entry)) for entry, known in loaded]


def _rejection(value: Any) -> str:
    """Say why a value is no format, or nothing if it is one."""
    is_format = isinstance(value, Format)
    return "" if is_format else f"it is no Format, but of type {type(value).__name__}"


def _guarded(known: Format, package: str) -> Format:
    """Return a format of others whose exceptions and wrong results are words."""
    return replace(
        known,
        read=_checked_reader(known, package),
        matches=_that_answers(known.name, known.matches),
        matches_folder=_that_answers(known.name, known.matches_folder),
        is_strict=False,
    )


def _checked_reader(known: Format, package: str) -> Callable[[Source, Selection], Image]:
    def read(source: Source, selection: Selection) -> Image:
        try:
            image: Any = known.read(source, selection)
        except (SampvizError, MemoryError):
            raise
        except (Exception, SystemExit) as err:
            what = f"an error in {package}, which reads {known.name}: {describe_error(err)}"
            raise InputError(what, source.where, MEND) from err
        if not isinstance(image, Image):
            what = f"the format {known.name} returned a {type(image).__name__}, not an Image"
            raise InputError(what, source.where, MEND)
        if image.file.format == UNNAMED:
            image = replace(image, file=replace(image.file, format=known.name))
        return image

    return read


def _that_answers(name: str, matches: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Return what recognises a file; where it raises it does not, and a warning says so."""

    def answer(start: Any) -> bool:
        try:
            return bool(matches(start))
        except (Exception, SystemExit) as err:
            text = f"the format {name} cannot recognise files: {describe_error(err)}"
            warn(text)
            return False

    return answer
