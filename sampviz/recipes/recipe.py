"""Recipes: figures written down in TOML, checked before any work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sampviz.core.notebook import ShortRepr


@dataclass(frozen=True, repr=False)
class Recipe(ShortRepr):
    """One figure: what is written of it, and where, for errors."""

    name: str
    kind: str
    values: Mapping[str, Any]  # without name, kind and about
    about: str = ""
    location: str = ""
    lines: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def inputs(self) -> list[str]:
        """Files and samples."""
        return _listed(self.values.get("inputs", []))

    @property
    def ops(self) -> list[str]:
        """Texts of chains."""
        return _listed(self.values.get("ops", []))

    @property
    def files(self) -> list[str]:
        """The names of its files, one for every format."""
        formats = dict.fromkeys(_listed(self.values.get("formats", "png")))
        return [f"{self.name}.{ending}" for ending in formats]

    def get(self, *names: str) -> dict[str, Any]:
        """Return what is written under these names; those that are not written are left out."""
        return {name: self.values[name] for name in names if name in self.values}

    def with_values(self, values: Mapping[str, Any]) -> "Recipe":
        """Return the same with other values; None leaves what is written."""
        said = {name: value for name, value in values.items() if value is not None}
        return replace(self, values={**self.values, **said})

    def at(self, key: str) -> str:
        """Return the location and the line of a key, for errors."""
        return self.lines.get(key, self.location)


def _listed(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
