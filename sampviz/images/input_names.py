"""How inputs are called: on figures and in tables, in records, and in the names of files.

A name follows from the input itself, never from its position among others, so that one more input
renames no figure. Only where two inputs have one name, both get as much of their paths as tells
them apart.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from itertools import product
from pathlib import Path
from unicodedata import normalize

from sampviz.core.standard_input import input_name

PREFIX = "sample:"  # of sources that are no path
_KEPT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-")
_LONGEST = 100  # characters of the name of a file, and twice as many bytes
_DIGEST_CHARS = 8


def stem(source: str) -> str:
    """Return the name of an input without folder and ending, as figures are named after it.

    Parameters
    ----------
    source : str
        A path, or a sample.

    Returns
    -------
    str

    Examples
    --------
    >>> stem("scans/sub-01_T1w.nii.gz"), stem("sample:zoneplate:64x64")
    ('sub-01_T1w', 'zoneplate')
    """
    if source.startswith(PREFIX):
        return source.removeprefix(PREFIX).partition(":")[0]
    path = Path(input_name(source))
    return Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem


def name_of(source: str) -> str:
    """Return the name of a source without its folder.

    Parameters
    ----------
    source : str
        A path, or a sample, which is returned as it is.

    Returns
    -------
    str

    Examples
    --------
    >>> name_of("scans/t1.nii"), name_of("sample:t1")
    ('t1.nii', 'sample:t1')
    """
    return source if source.startswith(PREFIX) else Path(input_name(source)).name


def distinct_names(sources: Sequence[str]) -> list[str]:
    """Return what each of several inputs is called: its stem, or the least of its path that tells.

    Parameters
    ----------
    sources : sequence of str
        Paths and samples.

    Returns
    -------
    list of str
        A name for each; one name for what is one input.

    Examples
    --------
    >>> distinct_names(["sub-01/T1w.nii.gz", "sub-02/T1w.nii.gz", "bold.nii.gz"])
    ['sub-01/T1w', 'sub-02/T1w', 'bold']
    >>> distinct_names(["t1.png", "t1.nii.gz", "sample:t1"])
    ['t1.png', 't1.nii.gz', 'sample:t1']
    """
    names = _shortest(sources)
    return [names[source][0] for source in sources]


def distinct_files(sources: Sequence[str]) -> list[str]:
    """Return the file of each of several inputs, with as many of its folders as tell them apart.

    Parameters
    ----------
    sources : sequence of str
        Paths and samples; samples are returned as they are.

    Returns
    -------
    list of str

    Examples
    --------
    >>> distinct_files(["data/sub-01/T1w.nii.gz", "data/sub-02/T1w.nii.gz", "data/bold.nii"])
    ['sub-01/T1w.nii.gz', 'sub-02/T1w.nii.gz', 'bold.nii']
    """
    names = _shortest(sources)
    return [names[source][1] for source in sources]


def _shortest(sources: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return of each source the shortest name that no other has, and the same with its ending.

    Names that differ in case only are one name to some file systems: more of the path is taken, if
    that helps.
    """
    # One file may be written in two ways, as a.png and ./a.png.
    parts_of = {source: _parts(source) for source in sources}
    deepest = max(map(len, parts_of.values()), default=0)
    names: dict[str, tuple[str, str]] = {}
    folds: tuple[Callable[[str], str], ...] = str.casefold, str
    for fold, depth in product(folds, range(1, deepest + 1)):
        if len(names) == len(parts_of):
            break
        forms = {source: _forms(source, parts, depth) for source, parts in parts_of.items()}
        folded = {parts_of[s]: set(map(fold, forms[s])) for s in parts_of}
        count = Counter(form for of_one in folded.values() for form in of_one)
        for source in parts_of.keys() - names.keys():
            unique = [form for form in forms[source] if count[fold(form)] == 1]
            if unique:
                names[source] = unique[0], forms[source][-1]
    return names


def _parts(source: str) -> tuple[str, ...]:
    if source.startswith(PREFIX):
        return (source,)
    return Path(os.path.abspath(source)).parts  # noqa: PTH100 - a link stays a link


def _forms(source: str, parts: tuple[str, ...], depth: int) -> tuple[str, str]:
    """Return the last so many parts of a path, without the ending and with it."""
    if source.startswith(PREFIX):
        return stem(source), source
    *folders, file = parts[-depth:]
    return "/".join([*folders, stem(file)]), "/".join([*folders, file])


def file_name(text: str) -> str:
    """Return a text as the name of a file: what cannot stand in one is replaced.

    Letters of all scripts stay. Where something is lost, a digest of the text is added, so that two
    texts have two names.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str

    Examples
    --------
    >>> file_name("大阪"), file_name("a b"), file_name("a-b")
    ('大阪', 'a-b-c8687a08', 'a-b')
    """
    normal = normalize("NFC", text)
    kept = "".join(char if _may_stay(char) else "-" for char in normal).strip("-.")
    return kept if kept == normal and is_file_name(kept) else with_digest(kept, text)


def is_file_name(name: str) -> bool:
    """Whether a figure may have this name: letters and digits of all scripts, '_', '-' and '.'.

    Parameters
    ----------
    name : str
        Any text.

    Returns
    -------
    bool
    """
    return bool(name) and name[0] not in "-." and all(map(_may_stay, name)) and _fits(name)


def with_digest(name: str, identity: str) -> str:
    """Return the name of a file with a digest of what it belongs to.

    Parameters
    ----------
    name : str
        The name, which is cut if it is long.
    identity : str
        What the digest is of.

    Returns
    -------
    str
    """
    digest = sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:_DIGEST_CHARS]
    room = _LONGEST - len(digest) - 1
    while not _fits(name, room):
        name = name[: min(len(name) - 1, room)]
    return f"{name}-{digest}".lstrip("-")


def file_names(names: Iterable[tuple[str, str]], used_names: Iterable[str] = ()) -> list[str]:
    """Return names of files, no two alike: some file systems do not tell A from a.

    Parameters
    ----------
    names : iterable of (str, str)
        A name, and all that it stands for: where names are alike, a digest of that tells them
        apart.
    used_names : iterable of str
        Names that are taken.

    Returns
    -------
    list of str
        Those of equal pairs are equal.
    """
    pairs = list(names)
    count = Counter(name.casefold() for name, _ in dict.fromkeys(pairs))
    count.update(name.casefold() for name in used_names)
    return [
        name if count[name.casefold()] == 1 else with_digest(name, identity)
        for name, identity in pairs
    ]


def _may_stay(char: str) -> bool:
    # Of other scripts all that can be seen; of ASCII what no shell and no address gives a meaning.
    return char in _KEPT if char.isascii() else char.isprintable()


def _fits(name: str, longest: int = _LONGEST) -> bool:
    return len(name) <= longest and len(name.encode("utf-8", "surrogateescape")) <= 2 * longest
