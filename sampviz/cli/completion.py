"""What a shell completes: operations and their parameters, inputs, figures, rows, measures, words.

Only names are read, see `source_names`: no numpy is imported. What reads them is imported when a
word is completed, for all commands import this module.
"""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

COMPLETING = "_SAMPVIZ_COMPLETE"  # what the script of the shell sets
_BREAKS = re.compile("[:=]")  # where bash breaks words


def complete_chains(incomplete: str) -> list[str]:
    """Complete the last step of chains: its operation, a parameter, or the word of one."""
    from sampviz.cli import source_names

    start = max(incomplete.rfind(","), incomplete.rfind("+")) + 1
    name, *arguments = incomplete[start:].split(":")
    parameters = source_names.operations()
    if not arguments:
        names = [*parameters, *source_names.named_chains(), *source_names.offered("ops")]
        return _begun(names, name, incomplete[:start])
    known = parameters.get(name, {})
    key, equals, value = arguments[-1].partition("=")
    before = incomplete[: len(incomplete) - len(arguments[-1])]
    if equals:
        return _begun(known.get(key, ()), value, f"{before}{key}=")
    used = {argument.partition("=")[0] for argument in arguments[:-1]}
    names = [f"{parameter}=" for parameter in [*known, "times"] if parameter not in used]
    if len(arguments) == 1 and known:  # the first parameter may stand without its name
        names += next(iter(known.values()))
    return _begun(names, arguments[-1], before)


def complete_input(incomplete: str) -> list[str]:
    """Complete `sample:NAME`, beside the files; nothing at all leaves files to the shell."""
    from sampviz.cli import source_names

    prefix = "sample:"
    if incomplete.startswith(prefix):
        return _begun(source_names.samples(), incomplete.removeprefix(prefix), prefix)
    if not incomplete or not prefix.startswith(incomplete):
        return []
    return [prefix + name for name in source_names.samples()] + _files(incomplete)


def complete_figure(incomplete: str) -> list[str]:
    """Complete the name of a figure that comes with the program, or of a recipe."""
    from sampviz.recipes.gallery import ALIASES, shipped

    names = _begun([*ALIASES, *shipped(), "gallery"], incomplete)
    return [*names, *(file for file in _files(incomplete) if file.endswith((".toml", os.sep)))]


def complete_operation(incomplete: str) -> list[str]:
    """Complete the name of an operation."""
    return complete_chains(incomplete) if incomplete.isalnum() or not incomplete else []


def complete_measure(incomplete: str) -> list[str]:
    """Complete the name of one measure."""
    from sampviz.cli import source_names

    return _begun(source_names.measures(), incomplete)


def complete_channel(incomplete: str) -> list[str]:
    """Complete the measure of `by=MEASURE`."""
    from sampviz.cli import source_names

    return _begun([f"by={name}" for name in source_names.measures()], incomplete)


def complete_measures(incomplete: str) -> list[str]:
    """Complete the last of several measures."""
    from sampviz.cli import source_names

    return _listed(source_names.measures(), incomplete)


def complete_rows(incomplete: str) -> list[str]:
    """Complete the last of several rows of a comparison."""
    from sampviz.cli import source_names

    return _listed(source_names.rows(), incomplete)


def complete_words(words: Sequence[str]) -> Callable[[str], list[str]]:
    """Return what completes one of some words, or a list of them with commas."""

    def complete(incomplete: str) -> list[str]:
        return _listed(words, incomplete)

    return complete


def _begun(names: Iterable[str], start: str, prefix: str = "") -> list[str]:
    return [prefix + name for name in names if name.startswith(start)]


def _listed(names: Iterable[str], incomplete: str) -> list[str]:
    """Complete the last of several names with commas, none of which is there twice."""
    *before, last = incomplete.split(",")
    prefix = "".join(f"{name}," for name in before)
    return _begun([name for name in names if name not in before], last, prefix)


def _files(incomplete: str) -> list[str]:
    folder, start = os.path.split(incomplete)
    try:
        entries = sorted(Path(folder or ".").iterdir())
    except OSError:
        return []
    return [
        os.path.join(folder, entry.name) + (os.sep if entry.is_dir() else "")  # noqa: PTH118
        for entry in entries
        if entry.name.startswith(start) and (start or not entry.name.startswith("."))
    ]


def join_broken_words() -> str:
    """Put together the words that bash breaks at colons and equal signs, in the environment.

    Returns
    -------
    str
        What of the last word stands on the line already and must not be completed again; "" in
        other shells.
    """
    if os.environ.get(COMPLETING) != "complete_bash":
        return ""
    words = os.environ.get("COMP_WORDS", "").split("\n")
    if len(words) == 1:  # other versions of the script part them by spaces
        words = words[0].split(" ")
    current = int(os.environ.get("COMP_CWORD", "0"))
    joined: list[str] = []
    goes_on = False
    for i, word in enumerate(words[: current + 1]):
        is_break = bool(word) and not _BREAKS.sub("", word)
        is_option = bool(joined) and joined[-1].startswith("--") and "=" not in joined[-1]
        if i > 1 and joined and (is_break or goes_on) and not (is_break and is_option):
            joined[-1] += word
        else:
            joined.append(word)
        goes_on = is_break and not is_option
    os.environ["COMP_WORDS"] = "\n".join(joined)
    os.environ["COMP_CWORD"] = str(len(joined) - 1)
    last = joined[-1]
    breaks = [match.end() for match in _BREAKS.finditer(last)]
    return last[: breaks[-1]] if breaks else ""
