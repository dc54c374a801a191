"""What can go wrong for a user: what is wrong, where, how to mend it."""

from collections.abc import Iterable
from difflib import get_close_matches

from sampviz.core.text import ellipsize, escape_control

FAULT = 70  # the exit code of an error that is ours


class SampvizError(Exception):
    """An error that the user can mend.

    Parameters
    ----------
    what : str
        What is wrong.
    where : str
        In which input, option or step; may be filled in later, once, by the edge that knows it: see
        `at`.
    fix : str
        How to mend it.
    """

    exit_code = 2

    def __init__(self, what: str, where: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.fix = what, where, fix

    def at(self, where: str, fix: str = "") -> "SampvizError":
        """Fill in the place, and how to mend it, where they are missing.

        Parameters
        ----------
        where : str
            The input, option or step.
        fix : str
            How to mend it.

        Returns
        -------
        SampvizError
            This error.
        """
        self.where = self.where or where
        self.fix = self.fix or fix
        return self

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
        if source not in self.where:
            self.where += f", for {source}" if self.where else source
        return self

    def __str__(self) -> str:
        lines = [self.what]
        lines += [f"  in:  {self.where}"] if self.where else []
        lines += [f"  fix: {self.fix}"] if self.fix else []
        return "\n".join(escape_control(ellipsize(line)) for line in lines)


class UsageError(SampvizError):
    """An option or an argument that cannot be what was meant."""


class ChainError(UsageError):
    """A text that is not a chain of operations, or a chain that an array cannot go through."""


class InputError(SampvizError):
    """A file that cannot be read."""

    exit_code = 3


class OutputError(SampvizError):
    """A file that cannot be written."""

    exit_code = 4


class SampvizWarning(UserWarning):
    """Something that the reader of a figure should know; the work goes on."""


def did_you_mean(name: str, names: Iterable[str], more: str) -> str:
    """Say which of `names` is nearest to `name`, and where the whole list is (`more`)."""
    near = get_close_matches(name, list(names), n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}? {more}" if near else more
