"""What installed packages offer by entry points: found, imported at first use, guarded.

The code of others may do anything wrong. What cannot be used is left out with a warning, and
whatever goes wrong later is said in words: it is no fault of sampviz.
"""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from importlib.metadata import EntryPoint, entry_points
from threading import local
from types import FrameType
from typing import Any, Protocol, TypeVar

from sampviz.core.errors import SampvizError, argument
from sampviz.core.warn import warn

_PREFIX = "sampviz."  # of the groups of entry points
_LONGEST = 200  # characters of a message of others
MEND = f"mend it; {argument('the traceback', option='debug')} shows where"


class Named(Protocol):
    """What a package may offer: it has a name."""

    @property
    def name(self) -> str:
        """What it is called here."""


Item = TypeVar("Item", bound=Named)


def plugin_entries(group: str) -> list[EntryPoint]:
    """Return what installed packages offer in a group, by packages and names; none is imported."""
    return sorted(entry_points(group=group), key=lambda entry: (package_of(entry), entry.name))


def plugin_groups() -> list[str]:
    """Return the groups of sampviz in which an installed package offers something."""
    return sorted(group for group in entry_points().groups if group.startswith(_PREFIX))


def plugin_versions() -> dict[str, str]:
    """Return the versions of all packages that offer something, by their names."""
    entries = [entry for group in plugin_groups() for entry in plugin_entries(group)]
    return {entry.dist.name: entry.dist.version for entry in entries if entry.dist}


def package_of(entry: EntryPoint) -> str:
    """Return the name of the package that offers something."""
    return entry.dist.name if entry.dist else "an unknown package"


class Registry(Mapping[str, Item]):
    """All things of a kind by their names: ours, and those of installed packages.

    Theirs are imported when they are first needed. A package that uses the registry while it is
    imported finds ours.

    Parameters
    ----------
    group : str
        Of the entry points.
    ours : mapping of str to object
        What needs no import; no other can have one of these names.
    load : callable
        Imports what entry points name; returns it and ours, by names.
    """

    def __init__(
        self,
        group: str,
        ours: Mapping[str, Item],
        load: Callable[[Sequence[EntryPoint]], Mapping[str, Item]],
    ) -> None:
        self._group, self._ours, self._load = group, ours, load
        self._all: Mapping[str, Item] | None = None
        self._loading = local()

    def __getitem__(self, name: str) -> Item:
        return self._ours[name] if name in self._ours else self._known()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known())

    def __len__(self) -> int:
        return len(self._known())

    def _known(self) -> Mapping[str, Item]:
        if self._all is not None:
            return self._all
        if getattr(self._loading, "active", False):
            return self._ours
        entries = plugin_entries(self._group)
        if any(map(_is_being_imported, entries)):
            return self._ours
        self._loading.active = True
        try:
            # Without a lock: a thread could wait here for one that waits for its import.
            loaded = self._load(entries)
        finally:
            self._loading.active = False
        self._all = self._all or loaded
        return self._all


def _is_being_imported(entry: EntryPoint) -> bool:
    """Whether the module of an entry asks for the registry while this thread imports it."""
    frame: FrameType | None = sys._getframe()
    while frame:
        if frame.f_code.co_name == "<module>" and frame.f_globals["__name__"] == entry.module:
            return True
        frame = frame.f_back
    return False


def load_plugins(
    entries: Iterable[EntryPoint],
    kind: str,
    used_names: Collection[str],
    rejection: Callable[[Any], str],
) -> Iterator[tuple[EntryPoint, Any]]:
    """Import what installed packages offer; yield what can be used, with its entry.

    What cannot be used, or has a name that is taken, is left out with a warning.

    Parameters
    ----------
    entries : iterable of EntryPoint
        What they offer.
    kind : str
        What each is, such as `operation`.
    used_names : collection of str
        Names that are taken.
    rejection : callable
        Says of a value why it cannot be used; "" where it can.

    Yields
    ------
    tuple of EntryPoint and object
    """
    names = set(used_names)
    for entry in entries:
        try:
            loaded = entry.load()
        except (Exception, SystemExit) as err:
            reason = f"it cannot be imported: {describe_error(err)}"
        else:
            reason = rejection(loaded)
            if not reason and loaded.name in names:
                reason = f"something else is named {loaded.name!r}"
        if reason:
            text = f"the {kind} {entry.name!r} of {package_of(entry)} is left out: {reason}"
            warn(text)
        else:
            names.add(loaded.name)
            yield entry, loaded


def accept(name: str, result: Any) -> None:
    """Check nothing of what the code of others returns."""


def with_errors_in_words(
    name: str,
    code: Callable[..., Any],
    error: type[SampvizError],
    check: Callable[[str, Any], None] = accept,
    passing: tuple[type[Exception], ...] = (SampvizError,),
) -> Callable[..., Any]:
    """Return the code of others with its exceptions in words, and its results checked.

    Parameters
    ----------
    name : str
        What it is called.
    code : callable
        Theirs.
    error : type of SampvizError
        That an exception becomes.
    check : callable
        Raises what is wrong with a result, of which it is given the name and the value.
    passing : tuple of type of Exception
        Those that stay as they are.

    Returns
    -------
    callable
    """

    @wraps(code)
    def run(*arguments: Any, **keywords: Any) -> Any:
        try:
            result = code(*arguments, **keywords)
        except passing:
            raise
        except (Exception, SystemExit) as err:
            raise error(f"{name} raised {describe_error(err)}", fix=MEND) from err
        check(name, result)
        return result

    return run


def describe_error(err: BaseException) -> str:
    """Return the type and the message of an exception of others, on one line."""
    text = " ".join(f"{type(err).__name__}: {err}".split()).removesuffix(":")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
