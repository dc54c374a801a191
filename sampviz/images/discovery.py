"""The files that a recipe or a command line means: by pattern, or by entities of their names."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from glob import has_magic
from itertools import islice
from pathlib import Path
from stat import S_ISDIR

from sampviz.core.errors import InputError, UsageError, did_you_mean
from sampviz.core.open_file import open_file
from sampviz.core.standard_input import STDIN, input_name, input_path
from sampviz.core.text import counted
from sampviz.core.warn import warn
from sampviz.images.formats.registry import folder_format, refuse_folder
from sampviz.images.input_names import PREFIX
from sampviz.images.samples import check_sample

MOST = 1_000_000  # files that one pattern may mean
# The short names of the entities of BIDS 1.10.
_ENTITIES = (
    "sub ses sample task tracksys acq nuc voi ce trc stain rec dir run mod echo flip inv mt part"
    " proc hemi space split recording chunk seg res den label desc"
)
_IMAGES = (".nii.gz", ".nii")
_NOT_RAW = frozenset({"derivatives", "sourcedata", "code"})
_PAIR = re.compile(r"([A-Za-z0-9]+)-([A-Za-z0-9+]+)", re.ASCII)


def find_inputs(texts: Sequence[str], folder: Path = Path()) -> list[str]:
    """Return the inputs that texts mean, each once: samples, paths, and patterns (`a/**/*.png`).

    Paths are relative to `folder`. The files of a pattern are in the order of their names.
    InputError for a pattern that no file matches.
    """
    return list(dict.fromkeys(source for text in texts for source in _expand(text, folder)))


def _expand(text: str, folder: Path) -> list[str]:
    if text.startswith(PREFIX) or text == STDIN:
        return [text]
    path = _not_stdin(folder / text)
    if has_magic(text) and not os.path.lexists(path):
        files = sorted(map(_not_stdin, _once(_check_count(_matches(text, folder), text), text)))
        if not files:
            raise InputError("no file matches", text, f"the folder is {folder.absolute()}")
        return files
    return [path]


def _matches(pattern: str, folder: Path) -> Iterator[Path]:
    """Yield the files of a pattern but hidden ones, as a shell does, and folders that are an image.

    `**` follows no link to a folder: it may lead back to where it lies, without end.
    """
    # `**` within a name is `*`, and at the end it means files, too: to a shell, not to pathlib.
    parts = [part if part == "**" else re.sub(r"\*{2,}", "*", part) for part in Path(pattern).parts]
    first = next(i for i, part in enumerate(parts) if has_magic(part))
    base, rest = folder.joinpath(*parts[:first]), parts[first:]
    hidden_are_meant = any(map(_is_hidden, rest))
    for path in base.glob("/".join([*rest, *(["*"] if rest[-1] == "**" else [])])):
        names = path.relative_to(base).parts
        if not hidden_are_meant and any(map(_is_hidden, names)):
            continue
        if not path.is_dir() or folder_format(path):
            yield path


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def _once(paths: Iterable[Path], pattern: str) -> Iterator[Path]:
    """Yield each file by the first of its names; a link that leads nowhere is a file, too.

    Of a folder that is an image nothing inside is one.
    """
    seen: set[tuple[int, int]] = set()
    others = 0
    folders: set[Path] = set()
    for path in sorted(paths):
        if folders and not folders.isdisjoint(path.parents):
            continue
        try:
            stat = path.stat()
        except OSError:
            yield path
            continue
        if (stat.st_dev, stat.st_ino) in seen:
            others += 1
        else:
            seen.add((stat.st_dev, stat.st_ino))
            if S_ISDIR(stat.st_mode):
                folders.add(path)
            yield path
    if others:
        names = counted(others, "of the names means", "of the names mean")
        warn(f"{pattern}: {names} a file that another means: it is taken once")


def _not_stdin(path: Path) -> str:
    """Return the text of a path: a file may have the name that stands for standard input."""
    return f".{os.sep}{path}" if str(path) == STDIN else str(path)


def check_inputs(sources: Sequence[str]) -> None:
    """Raise InputError if there is no such sample or a file cannot be opened; nothing is read."""
    for source in sources:
        if source.startswith(PREFIX):
            check_sample(source)
        else:
            path = input_path(source)
            if not folder_format(path):
                refuse_folder(path, input_name(source))
                open_file(path, input_name(source)).close()


def find_bids(query: Mapping[str, str | Sequence[str]], folder: Path = Path()) -> list[str]:
    """Return the files of a data set whose names have the wanted suffix and entities.

    `sub-01_run-2_T1w.nii.gz` has the entities sub and run, the suffix T1w and the extension
    .nii.gz; `query` gives one or several values of each, and `root`, the folder of the data set,
    relative to `folder`. Names are read, nothing else. Hidden folders, derivatives, sourcedata
    and code are left out. UsageError for an unknown entity; InputError if there is no such file.
    """
    entities = {
        name: [value] if isinstance(value, str) else list(value) for name, value in query.items()
    }
    entity_names = f"root suffix extension {_ENTITIES}".split()
    for name in entities:
        if name not in entity_names:
            raise UsageError(
                f"no entity is named {name!r}", "bids", did_you_mean(name, entity_names, "see BIDS")
            )
    roots = entities.pop("root", [])
    if len(roots) != 1:
        raise UsageError("a data set has one root", "bids", 'write root = "FOLDER"')
    root = folder / roots[0]
    if not root.is_dir():
        raise InputError("there is no such folder", str(root), "check root")
    entities.setdefault("extension", list(_IMAGES))
    files = sorted(
        str(path)
        for path in _check_count(_walk(root), str(root))
        if _has_entities(path.name, entities)
    )
    if not files:
        wording = ", ".join(f"{name}={' or '.join(values)}" for name, values in entities.items())
        raise InputError(f"no file has {wording}", str(root), "leave an entity out to see more")
    return files


def _walk(root: Path) -> Iterator[Path]:
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [n for n in subfolders if not n.startswith(".") and n not in _NOT_RAW]
        yield from (Path(folder, name) for name in names if not name.startswith("."))


def _has_entities(file: str, entities: Mapping[str, Sequence[str]]) -> bool:
    stem, dot, extension = file.partition(".")
    *pairs, suffix = stem.split("_")
    has = {"suffix": suffix, "extension": dot + extension}
    for pair in pairs:
        if match := _PAIR.fullmatch(pair):
            has[match[1]] = match[2]
    return all(has.get(name) in values for name, values in entities.items())


def _check_count(paths: Iterator[Path], where: str) -> Iterator[Path]:
    yield from islice(paths, MOST)
    if next(paths, None) is not None:
        raise UsageError(f"more than {MOST} files", where, "name a folder further down")
