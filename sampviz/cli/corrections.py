"""Words of a command line that were meant otherwise: made right, or told as they would have worked.

Nothing heavy is imported before there is something to tell.
"""

import re
import shlex
from collections.abc import Sequence
from difflib import get_close_matches
from itertools import takewhile
from pathlib import Path

from sampviz.cli.command_list import COMMANDS
from sampviz.core.errors import InputError, SampvizError, UsageError, did_you_mean
from sampviz.core.text import escape_control

_PREFIX = "sample:"
_JOINTS = (",", "+")  # between chains, and between steps
_RECIPE = "figures.toml"  # of one's own: those that are shipped are not checked
# What an example has in the place of an argument or an option that is missing.
_EXAMPLES = {
    "INPUT": ("sample:t1",),
    "CHAIN": ("max",),
    "RECIPE": ("flc",),
    "ROOT": ("raw",),
    "OUT": ("derivatives/sampviz",),
    "LEVEL": ("participant",),
    "--baseline": ("--baseline", "baselines"),
    "--ops": ("--ops", "max,stride,blur,flc"),
    "--out": ("-o", "out.npy"),
    "--size": ("--size", "256x192"),
}
# What commands cannot do without, in the order in which it is found missing.
_REQUIRED = {
    "apply": ("INPUT", "CHAIN", "--out"),
    "bids": ("ROOT", "OUT", "LEVEL"),
    "check": ("RECIPE", "--baseline"),
    "shape": ("CHAIN", "--size"),
    **dict.fromkeys(
        ("detect", "measure", "report", "shift", "spectrum", "tradeoff"), ("INPUT", "--ops")
    ),
}
_WITH_CHAIN = ("apply", "explain", "ops", "shape")  # that take one, as an argument
_NO_OPTION = re.compile(
    r"no such option: (--[\w-]+)(?: \(possible options: (.+)\))?", re.IGNORECASE
)
_OPTIONS_OF_CHAINS = ("--op", "--ops")
_LOOKING = ("view", "show", "open", "display", "plot")  # commands of other programs
_NEAR = 0.8  # of difflib, of an option and its slip
_MISSING = re.compile(r"missing (?:argument|option)? ?'?(--[a-z-]+|[A-Z]+)")


def understood(words: Sequence[str]) -> list[str]:
    """Return the words of a command line as they are meant.

    Parameters
    ----------
    words : sequence of str
        As they were written: `help` stands for --help, `version` for --version, `-ops` for --ops,
        and spaces around the commas of --ops do not count.

    Returns
    -------
    list of str

    Raises
    ------
    UsageError
        If there is no such command, with the line that would have worked.
    """
    first = next((word for word in words if not word.startswith("-")), None)
    if first == "help" and words[0] == first:
        rest = [word for word in words[1:] if word not in ("help", "--help", "-h")]
        words = [*rest, "--help"]
        first = rest[0] if rest else None
    if list(words) == ["version"]:
        return ["--version"]
    words = ["--ops" if word == "-ops" else word for word in words]
    if first is not None and first not in COMMANDS:
        raise UsageError(f"no such command {first[:60]!r}", "sampviz", _line(words, first))
    if first is not None and words[0] != first and not _is_of_program(words[0]):
        what = f"{words[0][:60]!r} stands before the command"
        raise UsageError(what, "sampviz", _moved(words, first))
    return _with_joined_chains(words)


def _is_of_program(word: str) -> bool:
    return word in ("--help", "-h", "--version") or word.startswith(
        ("--install-completion", "--show-completion")
    )


def _with_joined_chains(words: Sequence[str]) -> list[str]:
    """Return the words with `--ops max, stride` as `--ops max,stride`."""
    joined: list[str] = []
    in_value = False
    for word in words:
        goes_on = in_value and (joined[-1].endswith(_JOINTS) or word.startswith(_JOINTS))
        if goes_on and not word.startswith("-") and not _is_source(word):
            joined[-1] += word
            continue
        in_value = word.startswith("--ops=") or bool(joined and joined[-1] == "--ops")
        joined.append(word)
    return joined


def _is_source(word: str) -> bool:
    """Whether a word is an input: a sample, or a file that is there."""
    try:
        return word.startswith(_PREFIX) or Path(word).is_file()
    except (OSError, ValueError):  # no name that a file can have
        return False


def _line(words: Sequence[str], first: str) -> str:
    """Return the line that would have worked, where the first word is no command."""
    rest = list(words)
    rest.remove(first)
    command = next((word for word in rest if word in COMMANDS), None)
    if command:
        return _moved(words, command)
    if first.endswith(".toml"):
        return _written(["figure", first, *rest])
    if _is_source(first) or re.search(r"\.(nii|nii\.gz|png|jpe?g|npy|hdr|img)$", first, re.I):
        return _written(["compare", first, *rest])
    if _is_chain(first):
        inputs = [word for word in rest if not word.startswith("-")]
        return _written(["compare", *rest, "--ops", first] if inputs else ["ops", first])
    if first in _LOOKING:
        inputs = list(takewhile(lambda word: not word.startswith("-"), rest))
        line = _written(["compare", *(rest if inputs else [*rest, *_EXAMPLES["INPUT"]])])
        info = _written(["info", *(inputs or _EXAMPLES["INPUT"])])
        return f"{line} draws it, {info} says what is read"
    from sampviz.recipes.gallery import shipped

    if first in (*shipped(), "gallery"):
        return _written(["figure", first, *rest])
    fix = did_you_mean(first, COMMANDS, "`sampviz --help` lists them all")
    nearest = re.match("did you mean '([a-z]+)'", fix)
    return _written([nearest[1], *rest]) if nearest else fix


def _moved(words: Sequence[str], command: str) -> str:
    rest = list(words)
    rest.remove(command)
    return _written([command, *rest])


def _written(words: Sequence[str]) -> str:
    return "`" + escape_control(shlex.join(["sampviz", *words])) + "`"


def _is_chain(word: str) -> bool:
    from sampviz.ops.chain import parse_chains

    try:
        parse_chains(word)
    except SampvizError:
        return False
    return True


def better_fix(error: SampvizError, words: Sequence[str]) -> str:
    """Return the line that would have worked where an error follows from a slip of the keys.

    Parameters
    ----------
    error : SampvizError
        Worded for the command line.
    words : sequence of str
        The words of the command line.

    Returns
    -------
    str
        Empty where nothing is known.
    """
    if match := _NO_OPTION.match(error.what):
        return _with_option(words, match[1], (match[2] or "").split(", "))
    if match := _MISSING.match(error.what):
        return _completed(words, match[1]) if match[1] in _EXAMPLES else ""
    slip = error.where
    is_missing = isinstance(error, InputError) and isinstance(error, FileNotFoundError)
    if not is_missing or slip not in words or not _is_chain(slip):
        return ""
    rest = [word for word in words if word != slip]
    for i, word in enumerate(rest):
        if word == "--ops" and i + 1 < len(rest):
            rest[i + 1] = f"{rest[i + 1].rstrip(',')},{slip.strip(',')}"
            return _written(rest)
        if word.startswith("--ops="):
            rest[i] = f"{word.rstrip(',')},{slip.strip(',')}"
            return _written(rest)
    return _written([*rest, "--ops", slip])


def _with_option(words: Sequence[str], slip: str, options: Sequence[str]) -> str:
    """Return the line with the option that a slip is nearest to; empty if it is far from all."""
    i = next((i for i, word in enumerate(words) if word.partition("=")[0] == slip), None)
    if i is None:
        return ""
    if slip in _OPTIONS_OF_CHAINS and words[0] in _WITH_CHAIN:
        _, sign, value = words[i].partition("=")
        after = words[i + 1 :]
        chain, after = ([value], after) if sign else (after[:1], after[1:])
        return _written([*words[:i], *after, *chain])
    nearest = get_close_matches(slip, options, n=1, cutoff=_NEAR)
    if not nearest:
        return ""
    return _written([*words[:i], nearest[0] + words[i].removeprefix(slip), *words[i + 1 :]])


def _completed(words: Sequence[str], missing: str) -> str:
    """Return the line with what is missing, and with what would be found missing after it."""
    required = _REQUIRED.get(words[0], ())
    later = required[required.index(missing) + 1 :] if missing in required else ()
    parts = [missing, *(part for part in later if not _is_there(part, words))]
    examples = _EXAMPLES | ({"RECIPE": (_RECIPE,)} if words[0] == "check" else {})
    line = _written([*words, *(word for part in parts for word in examples[part])])
    begun = f"; `sampviz recipe init {_RECIPE}` begins a recipe"
    return line + begun * ("RECIPE" in parts and words[0] == "check")


def _is_there(part: str, words: Sequence[str]) -> bool:
    """Whether an option is among the words; arguments after one that is missing are not."""
    starts = ("--out", "-o") if part == "--out" else (part,)
    return part.startswith("--") and any(word.startswith(starts) for word in words)
