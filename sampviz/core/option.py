"""Options: type, default, bounds, unit and meaning, said once, in the type of a field.

A dataclass is a table of options: of each field that is `Annotated[type, Spec(..)]` an option is
made. From the options come the command line, the fields of recipes, the checks and the manual.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from math import inf
from numbers import Integral, Real
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from sampviz.core.errors import UsageError, argument, flag


@dataclass(frozen=True)
class Spec:
    """What the annotation of an option says.

    Parameters
    ----------
    help
        What it means, on the command line and in the manual.
    in_recipe
        What it means, in the JSON schema of a recipe and in errors: it names the words.
    low, high
        Bounds of a number, inclusive.
    unit
        Of a number.
    metavar
        What stands for the value in the help; the type by default.
    words
        What a text may be, where the type does not say it.
    kinds
        The kinds of figures that have the option; all by default.
    recipe_type
        The type of the value in a recipe, where it is another.
    longest
        The most characters of a text.
    """

    help: str
    in_recipe: str
    low: float | None = None
    high: float | None = None
    unit: str = ""
    metavar: str | None = None
    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    recipe_type: str = ""
    longest: int = 20_000


@dataclass(frozen=True)
class Option:
    """An option: its name, the annotation of its type, its default, and what is said of it."""

    name: str
    hint: Any
    default: Any
    spec: Spec

    @property
    def flag(self) -> str:
        """Its name on the command line."""
        return flag(self.name)

    @property
    def type(self) -> type:
        """The type of a value: bool, int, float, str, or what an option of recipes alone has."""
        base = next(part for part in _alternatives(self.hint) if part is not type(None))
        value_type = str if get_origin(base) is Literal else get_origin(base) or base
        assert isinstance(value_type, type)
        return value_type

    @property
    def command_hint(self) -> Any:
        """The annotation of its type on the command line, which has one: of several the first."""
        is_several = len([part for part in _alternatives(self.hint) if part is not type(None)]) > 1
        return Union[self.type, None] if is_several else self.hint  # noqa: UP007 - a type at run time

    @property
    def words(self) -> tuple[str, ...]:
        """What a text may be; empty for any."""
        choices = [part for part in _alternatives(self.hint) if get_origin(part) is Literal]
        return tuple(get_args(choices[0])) if choices else self.spec.words

    @property
    def bounds(self) -> str:
        """The bounds of a number: `10..5000`, `1 or more`; empty where there are none."""
        if self.spec.low is None:
            return ""
        return f"{self.spec.low:g}" + (
            " or more" if self.spec.high is None else f"..{self.spec.high:g}"
        )

    def check(self, value: object) -> None:
        """Raise UsageError for a word that is none of those it may be, or a number out of bounds.

        Of a text without words only the length is looked at.
        """
        if value is None and self.default is None:
            return
        if isinstance(value, str) and len(value) > self.spec.longest:
            what = f"a text of {len(value)} characters"
            raise UsageError(what, argument(self.name), f"wanted at most {self.spec.longest}")
        if self.words and value not in self.words:
            what = f"{value!r} is not one of the words"
            raise UsageError(what, argument(self.name), join_words(self.words))
        if self.bounds and not self._in_bounds(value):
            what = f"{value!r} is out of bounds"
            raise UsageError(what, argument(self.name), f"wanted {self.bounds}")
        if self.bounds and self.type is int and not isinstance(value, Integral):
            what = f"{value!r} is not a whole number"
            raise UsageError(what, argument(self.name), f"wanted {self.bounds}")

    def _in_bounds(self, value: object) -> bool:
        number: Any = value
        low, high = self.spec.low, self.spec.high
        return isinstance(value, Real) and bool(
            number != inf and (low is None or number >= low) and (high is None or number <= high)
        )

    @property
    def values(self) -> str:
        """What a value may be, for the manual."""
        if self.type is bool:
            return "true or false"
        if self.words:
            return join_words([f"`{word}`" for word in self.words])
        if self.type in (int, float):
            return f"{self.bounds or 'a whole number'} {self.spec.unit}".rstrip()
        if self.type is not str:
            return "a list of tables"
        return f"`{self.spec.metavar}`" if self.spec.metavar else "a text"


def _alternatives(hint: Any) -> Sequence[Any]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def options_of(table: type) -> Mapping[str, Option]:
    """Return the options of a dataclass by their names: the fields that have a `Spec`."""
    hints = get_type_hints(table, include_extras=True)
    options = {}
    for field in fields(table):
        if get_origin(hints[field.name]) is Annotated:
            hint, spec = get_args(hints[field.name])
            options[field.name] = Option(field.name, hint, field.default, spec)
    return MappingProxyType(options)


def join_words(words: Sequence[str]) -> str:
    """Write words as a sentence has them: `a, b or c`."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def markdown(options: Iterable[Option]) -> str:
    """Return the table of options for the manual."""
    lines = ["| option | values | default | figures | meaning |", "|---|---|---|---|---|"]
    for option in options:
        default = str(option.default).lower() if option.type is bool else option.default
        cells = [
            f"`{option.name}`",
            option.values,
            f"`{default}`" if default not in (None, ()) else "",
            ", ".join(option.spec.kinds) or "all",
            option.spec.help,
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
