"""The text of chains: split into chains, steps and arguments, each with its position in the text.

chain ("," chain)*  where  chain = step ("+" step)*  and  step = name (":" arg)*.
A name with a dot, or one that no operation has, is that of a module, if a word follows that may
name something in it: pkg.module:name, module:net.layer. Nothing is evaluated here.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sampviz.core.errors import ChainError

LONGEST_TEXT = 10_000
_WORD = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII | re.IGNORECASE)
_DOTTED = re.compile(rf"{_WORD.pattern}(\.{_WORD.pattern})*", re.ASCII | re.IGNORECASE)
_SHOWN = 60


@dataclass(frozen=True)
class Word:
    """A piece of a text.

    Parameters
    ----------
    text : str
        The piece.
    start : int
        Its index in the whole text.
    """

    text: str
    start: int


@dataclass(frozen=True)
class Argument:
    """An argument of a step, `key=value` or a bare value.

    Parameters
    ----------
    key : Word
        The name; empty for a bare value.
    value : Word
        The value.
    """

    key: Word
    value: Word


@dataclass(frozen=True)
class StepText:
    """A step as it is written, not yet looked up.

    Parameters
    ----------
    name : Word
        Name of the operation.
    arguments : tuple of Argument
        Its arguments.
    """

    name: Word
    arguments: tuple[Argument, ...]


@dataclass(frozen=True)
class Source:
    """A text of chains, and what to call it in an error.

    Parameters
    ----------
    text : str
        The text.
    label : str
        Its name, such as `--ops`.
    """

    text: str
    label: str

    def error(self, what: str, word: Word, fix: str) -> ChainError:
        """Return an error at a word; a misleading character in it is named.

        Parameters
        ----------
        what : str
            What is wrong.
        word : Word
            Where.
        fix : str
            How to mend it.

        Returns
        -------
        ChainError
            The error, to be raised.
        """
        return ChainError(what + _misleading(word.text), self.location(word.start), fix)

    def location(self, start: int) -> str:
        """Return a description of a position, with as much of the text as fits a line.

        Parameters
        ----------
        start : int
            Index in the text.

        Returns
        -------
        str
            Label, text and column.
        """
        excerpt = self.text
        if len(excerpt) > _SHOWN:
            low = max(0, min(start - _SHOWN // 2, len(excerpt) - _SHOWN))
            excerpt = "…" * (low > 0) + excerpt[low : low + _SHOWN] + "…"
        return f"{self.label} {excerpt!r}, column {start + 1}"

    def columns(
        self, is_operation: Callable[[str], bool], call_advice: Callable[[str], str]
    ) -> list[list[StepText]]:
        """Split the text into chains and those into steps.

        Parameters
        ----------
        is_operation : callable
            Whether a name is that of an operation.
        call_advice : callable
            Returns which step stands for a call such as `MaxPool2d(2)`.

        Returns
        -------
        list of list of StepText
            The steps of each chain.

        Raises
        ------
        ChainError
            If the text is malformed.
        """
        if len(self.text) > LONGEST_TEXT:
            raise self.error(
                f"a text of {len(self.text)} characters",
                Word("", 0),
                f"write at most {LONGEST_TEXT}; times=N repeats a step",
            )
        full_text = Word(self.text, 0)
        return [
            [self._step(step, is_operation, call_advice) for step in split(chain, "+")]
            for chain in split(full_text, ",")
        ]

    def _step(
        self, word: Word, is_operation: Callable[[str], bool], call_advice: Callable[[str], str]
    ) -> StepText:
        name, *rest = split(word, ":")
        if not name.text:
            ends = self.text.strip(" ,+")
            fix = "write a name between the separators"
            if ends and name.start >= len(self.text.rstrip(" ,+")):
                fix = f"leave the end out: {ends[:_SHOWN]}"
            raise self.error("a step without a name", name, fix)
        if not is_operation(name.text):
            names_something = bool(rest and _DOTTED.fullmatch(rest[0].text))
            if _DOTTED.fullmatch(name.text) and ("." in name.text or names_something):
                name, rest = self._in_module(name, rest)
            elif not _WORD.fullmatch(name.text):
                raise self.error(
                    f"{name.text[:_SHOWN]!r} is not a name",
                    name,
                    call_advice(self.text[name.start :])
                    if "(" in name.text
                    else "a name has the letters a-z and digits; `sampviz ops` lists them all",
                )
        return StepText(
            name, tuple(self._argument(argument, argument is rest[0]) for argument in rest)
        )

    def _in_module(self, module: Word, rest: list[Word]) -> tuple[Word, list[Word]]:
        if not rest or not _DOTTED.fullmatch(rest[0].text):
            raise self.error(
                f"{module.text[:_SHOWN]!r} names a module, and nothing in it",
                module,
                "write package.module:name",
            )
        return Word(f"{module.text}:{rest[0].text}", module.start), rest[1:]

    def _argument(self, word: Word, first: bool) -> Argument:
        key, sign, value = word.text.partition("=")
        if not sign:
            if not first:
                raise self.error(
                    f"{word.text[:_SHOWN]!r} has no name",
                    word,
                    "only the first value may stand alone; write name=value",
                )
            argument = Argument(Word("", word.start), word)
        else:
            argument = Argument(Word(key, word.start), Word(value, word.start + len(key) + 1))
            if not key:
                raise self.error("an argument without a name", word, "write name=value")
        if not argument.value.text:
            raise self.error("an argument without a value", argument.value, "write name=value")
        return argument


def _misleading(text: str) -> str:
    """Name the first character that looks like another, or that cannot be seen."""
    misleading = next((char for char in text if not (char.isascii() and char.isprintable())), None)
    if misleading is None:
        return ""
    return (
        f"; {misleading!r} is U+{ord(misleading):04X} {unicodedata.name(misleading, '')}".rstrip()
    )


def split(word: Word, separator: str) -> Iterator[Word]:
    """Split a word at every separator; spaces around the pieces do not count.

    Parameters
    ----------
    word : Word
        The word.
    separator : str
        One character.

    Yields
    ------
    Word
        A part, which may be empty.
    """
    start = word.start
    for part in word.text.split(separator):
        indent = len(part) - len(part.lstrip(" "))
        yield Word(part.strip(" "), start + indent)
        start += len(part) + 1
