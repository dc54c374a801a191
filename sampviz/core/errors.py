"""What can go wrong for a user: what is wrong, where, how to mend it."""

import errno
import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal, Self

from sampviz.core.text import ellipsize, escape_control

FAULT = 70  # the exit code of an error that is ours
_TOO_MANY = (errno.EMFILE, errno.ENFILE)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


class SampvizError(Exception):
    """An error that the user can mend.

    Texts that were made with `argument` are worded for Python here, and for the command line by
    `as_options`.

    Parameters
    ----------
    what : str
        What is wrong.
    where : str
        In which input, argument or step; may be filled in later, once, by the edge that knows it:
        see `at`.
    fix : str
        How to mend it.
    """

    exit_code = 2

    def __init__(self, what: str, where: str = "", fix: str = "") -> None:
        super().__init__(_as_written(what, "python"))
        self._texts = what, where, fix

    @property
    def what(self) -> str:
        """What is wrong."""
        return _as_written(self._texts[0], "python")

    @property
    def where(self) -> str:
        """The input, argument or step in which it is; empty where nobody knows."""
        return _as_written(self._texts[1], "python")

    @property
    def fix(self) -> str:
        """How to mend it; empty where nobody knows."""
        return _as_written(self._texts[2], "python")

    @property
    def texts(self) -> tuple[str, str, str]:
        """The three texts with the marks of `argument`, for another error that says the same."""
        return self._texts

    def at(self, where: str, fix: str = "") -> "SampvizError":
        """Fill in the place, and how to mend it, where they are missing.

        Parameters
        ----------
        where : str
            The input, argument or step.
        fix : str
            How to mend it.

        Returns
        -------
        SampvizError
            This error.
        """
        self._texts = self._texts[0], self._texts[1] or where, self._texts[2] or fix
        return self

    def set_where(self, where: str) -> "SampvizError":
        """Put the error at another place.

        Parameters
        ----------
        where : str
            The input, argument or step.

        Returns
        -------
        SampvizError
            This error.
        """
        self._texts = self._texts[0], where, self._texts[2]
        return self

    def within(self, location: str) -> "SampvizError":
        """Say in which larger place the error is, such as a line of a recipe.

        Parameters
        ----------
        location : str
            The larger place.

        Returns
        -------
        SampvizError
            This error.
        """
        return self.set_where(f"{location}, for {self._texts[1]}")

    def of(self, source: str) -> "SampvizError":
        """Add the input that the error belongs to, where there are several.

        Parameters
        ----------
        source : str
            The input.

        Returns
        -------
        SampvizError
            This error.
        """
        where = self._texts[1]
        if source in where:
            return self
        return self.set_where(f"{where}, for {source}" if where else source)

    def as_options(self) -> "SampvizError":
        """Word the error for the command line, which names options.

        Returns
        -------
        SampvizError
            Another error of the same class.
        """
        return type(self)(*(_as_written(text, "option") for text in self._texts))

    def __str__(self) -> str:
        lines = [self.what]
        lines += [f"  in:  {self.where}"] if self.where else []
        lines += [f"  fix: {self.fix}"] if self.fix else []
        return "\n".join(escape_control(ellipsize(line)) for line in lines)


class UsageError(SampvizError, ValueError):
    """An argument that cannot be what was meant."""


class ChainError(UsageError):
    """A text that is not a chain of operations, or a chain that an array cannot go through."""


class InputError(SampvizError, ValueError):
    """A file that cannot be read."""

    exit_code = 3


class MissingInputError(InputError, FileNotFoundError):
    """A file that is not there."""

    def __new__(cls, *_: object, **__: object) -> Self:
        """Make one as an OSError: the first base in line is a ValueError, which has less room."""
        return OSError.__new__(cls)


class OutputError(SampvizError, OSError):
    """A file that cannot be written."""

    exit_code = 4


def system_error(error: OSError) -> SampvizError:
    """Say what the system refused, where neither an input nor an output of the user is named.

    A file that is named then is one that was to be read: a font, or what a package consists of.
    """
    reason, name = error.strerror or str(error), error.filename
    what, where = f"a file that is needed cannot be opened: {reason}", str(name or "this machine")
    if error.errno in _TOO_MANY:
        fix = "end other programs, or allow more open files: ulimit -n"
        return InputError(what, where, fix)
    if name and error.errno not in _NO_ROOM:
        fix = "check that it may be read, or install again what it belongs to"
        return InputError(what, where, fix)
    what = f"the output cannot be written: {reason}"
    return OutputError(what, str(name or "stdout"), "make room, or write elsewhere")


# An argument in a text: how it is written in Python and as an option of the command line. Both
# stand between control characters, which no terminal is ever shown.
_MARKED = re.compile("\x02(?P<python>[^\x02\x03]*?)\x1f(?P<option>[^\x02\x03]*?)\x03")
_Wording = Literal["python", "option"]


def argument(name: str, value: object = None, *, option: str = "") -> str:
    """Name an argument, with its value if it has one, in a text of an error.

    It is read as `in_panel` or `width=80` in Python, as `--in-panel` or `--width 80` on the command
    line. `option` is the name of the option where it is another; a flag has the value True.
    """
    option_name = flag(option or name)
    if value is None:
        return either(name, option_name)
    return either(f"{name}={value!r}", option_name if value is True else f"{option_name} {value}")


def flag(name: str) -> str:
    """Return the option that an argument of Python is: `--in-panel`, or `--as` of `as_`."""
    return "--" + name.rstrip("_").replace("_", "-")


def either(python: str, option: str) -> str:
    """Return a piece of the text of an error that Python and the command line word differently."""
    return f"\x02{python}\x1f{option}\x03"


def named_argument(where: str) -> tuple[str, str]:
    """Return the argument that a place starts with, and what follows; no name if there is none."""
    match = _MARKED.match(where)
    return (match["python"], where[match.end() :]) if match else ("", where)


def _as_written(text: str, wording: _Wording) -> str:
    return _MARKED.sub(lambda match: match[wording], text)


class SampvizWarning(UserWarning):
    """Something that the reader of a figure should know; the work goes on.

    As errors are, it is worded for Python here, and for the command line by `as_option`.
    """

    def __str__(self) -> str:
        return _as_written(super().__str__(), "python")

    def as_option(self) -> str:
        """Word the warning for the command line.

        Returns
        -------
        str
        """
        return options_text(super().__str__())


def options_text(text: str) -> str:
    """Return a text with its arguments named as the command line names them."""
    return _as_written(text, "option")


def did_you_mean(name: str, names: Iterable[str], advice: str) -> str:
    """Say which of `names` is nearest to `name`, and where the whole list is (`advice`)."""
    close_names = get_close_matches(name, list(names), n=1, cutoff=0.5)
    return f"did you mean {close_names[0]!r}? {advice}" if close_names else advice


def error_summary(error: Exception) -> str:
    """Say in a few words what is wrong, also of an error that is a fault of the program."""
    what = error.what if isinstance(error, SampvizError) else f"{type(error).__name__}: {error}"
    return escape_control(what)
