"""What is installed and what is missing, for reports of bugs; nothing in it is personal."""

import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from sampviz.core import user_cache
from sampviz.core.installation import install_command, installed_from
from sampviz.core.notebook import html_table
from sampviz.core.plugins import package_of, plugin_entries, plugin_groups
from sampviz.core.process_pool import cores
from sampviz.core.text import escape_control, short_repr
from sampviz.core.version import __version__

_NAME = "sampviz"
_ABSENT = ""  # the version of what is not installed
_LOGIN = re.compile(r"(?<=://)[^/@]*@")  # in an address


@dataclass(frozen=True)
class Requirements:
    """What sampviz, or one of its extras, needs.

    Attributes
    ----------
    versions : mapping of str to str
        Of every package that is needed the version that is installed; "" where it is not.
    missing : tuple of str
        Those that are not installed, or too old, as the installer names them.
    install : str
        The command that installs them; "" where nothing is missing.
    """

    versions: Mapping[str, str]
    missing: tuple[str, ...]
    install: str


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What is installed and what is missing.

    Attributes
    ----------
    version : str
        Of sampviz.
    source : str
        What it was installed from: a clone, a folder, a repository, an archive or an index.
    python, system : str
        The interpreter, and the system and its processor.
    cores : int
        That this process may use.
    required : Requirements
        What sampviz cannot do without.
    extras : mapping of str to Requirements
        What each of its extras needs.
    backend : mapping of str to str
        What computes, unpacks and draws.
    cache : str
        The place of the cache; "off" without one.
    plugins : mapping of str to list of str
        Packages that offer something to sampviz, and the names of what they offer.
    """

    version: str
    source: str
    python: str
    system: str
    cores: int
    required: Requirements
    extras: Mapping[str, Requirements]
    backend: Mapping[str, str]
    cache: str
    plugins: Mapping[str, Sequence[str]]

    @property
    def whole(self) -> bool:
        """Whether nothing is missing that sampviz cannot do without."""
        return not self.required.missing

    def json(self) -> dict[str, Any]:
        """Return all of it for a program.

        Returns
        -------
        dict
        """
        return {**asdict(self), "whole": self.whole}

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield what is to be read: a name, and what there is to say of it.

        Yields
        ------
        tuple of str
        """
        yield "sampviz", f"{self.version}, from {self.source}"
        yield "Python", self.python
        yield "system", f"{self.system}, {self.cores} cores"
        yield "libraries", _versions(self.required)
        yield from self.backend.items()
        yield "cache", self.cache
        for package, names in self.plugins.items():
            yield "plug-in", f"{package}: {', '.join(names)}"
        for name, extra in self.extras.items():
            yield f"[{name}]", _versions(extra) if not extra.missing else _missing(extra)
        yield "missing", "nothing that sampviz needs" if self.whole else _missing(self.required)

    def __str__(self) -> str:
        lines = list(self.lines())
        width = max(len(name) for name, _ in lines) + 1
        return "\n".join(f"{name + ':':<{width}} {escape_control(text)}" for name, text in lines)

    def __repr__(self) -> str:
        state = "nothing is missing" if self.whole else ", ".join(self.required.missing)
        return short_repr(f"<{type(self).__name__} of sampviz {self.version}: {state}>")

    def _repr_html_(self) -> str:
        return html_table(["what", "installed"], self.lines())


def doctor() -> Diagnosis:
    """Return what is installed and what is missing, to be put into the report of a bug.

    As `sampviz doctor`. The home folder is written as ~, and a user's name as USER.

    Returns
    -------
    Diagnosis
        `print` shows it as lines; `json()` is for programs.

    Examples
    --------
    >>> import sampviz
    >>> sampviz.doctor().version == sampviz.__version__
    True
    """
    needs = [Requirement(text) for text in _metadata_of_requirements()]
    required = {need.name: need for need in needs if _applies(need)}
    extras = {
        name: _check(_of_extra(name, needs), install_command(name)) for name in _names_of_extras()
    }
    folder = user_cache.folder()
    return Diagnosis(
        version=__version__,
        source=_impersonal(installed_from()),
        python=f"{platform.python_version()} ({platform.python_implementation()})",
        system=f"{platform.system()} {platform.release()}, {platform.machine()}",
        cores=cores(),
        required=_check(required, install_command()),
        extras=extras,
        backend=_backend(),
        cache=_impersonal(str(folder)) if folder else user_cache.OFF,
        plugins=_plugins(),
    )


def _metadata_of_requirements() -> list[str]:
    try:
        return requires(_NAME) or []
    except PackageNotFoundError:  # a folder on the path that nobody installed
        return []


def _names_of_extras() -> list[str]:
    try:
        return sorted(metadata(_NAME).get_all("Provides-Extra") or ())
    except PackageNotFoundError:
        return []


def _applies(need: Requirement, extra: str = "") -> bool:
    return need.marker is None or need.marker.evaluate({"extra": extra})


def _of_extra(name: str, needs: Sequence[Requirement]) -> dict[str, Requirement]:
    """Return what an extra needs beyond what all need, with that of the extras which it names."""
    own = [need for need in needs if _applies(need, name) and not _applies(need)]
    packages = {need.name: need for need in own if need.name != _NAME}
    for need in own:
        for other in sorted(need.extras) if need.name == _NAME else ():
            packages |= _of_extra(other, needs) if other != name else {}
    return packages


def _check(needs: Mapping[str, Requirement], install: str) -> Requirements:
    versions = {name: _version(name) for name in sorted(needs, key=str.lower)}
    missing = tuple(
        f"{name}{needs[name].specifier}"
        for name, number in versions.items()
        if not number or not needs[name].specifier.contains(number, prereleases=True)
    )
    return Requirements(versions, missing, _impersonal(install) if missing else "")


def _version(package: str) -> str:
    try:
        return version(package) or _ABSENT
    except PackageNotFoundError:
        return _ABSENT


def _versions(requirements: Requirements) -> str:
    return ", ".join(f"{name} {number}" for name, number in requirements.versions.items())


def _missing(requirements: Requirements) -> str:
    return f"lacks {', '.join(requirements.missing)}; {requirements.install}"


def _backend() -> dict[str, str]:
    """Return what computes and unpacks; what cannot be imported is said to be so."""
    try:
        import numpy as np

        library = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        matrices = f"numpy with {library['name']} {library['version']}"
    except Exception as err:  # whatever a broken library raises
        matrices = f"numpy cannot be imported: {type(err).__name__}"
    return {"matrices": matrices, "gzip": "isal" if _version("isal") else "zlib"}


def _plugins() -> dict[str, list[str]]:
    """Return what other packages offer, by entry points; nothing of them is imported."""
    offers: dict[str, list[str]] = {}
    for group in plugin_groups():
        for entry in plugin_entries(group):
            package = f"{package_of(entry)} {entry.dist.version if entry.dist else ''}".strip()
            offers.setdefault(package, []).append(f"{entry.name} ({group})")
    return offers


def _impersonal(text: str) -> str:
    """Return a text without the home folder, the user's name in folders, a login in addresses."""
    try:
        home = str(Path.home())
    except RuntimeError:  # a user without a home
        home = ""
    text = _LOGIN.sub("", text)
    if len(home) <= 1:
        return text
    end = rf"(?=[{re.escape(os.sep)}/\"\[\s]|$)"
    for folder in {home, home.replace(os.sep, "/"), os.path.realpath(home)}:
        text = re.sub(re.escape(folder) + end, "~", text)
    name = Path(home).name
    return re.sub(rf"(?<=[/\\]){re.escape(name)}{end}", "USER", text)
