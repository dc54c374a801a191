"""What a format of images says of itself: how it is recognised, what reads it, what that needs.

A format is one declaration, `Format`. What is read, the words for what cannot be, the inputs that a
pattern finds and the manual are made from all of them: see `registry`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path

from sampviz.core.errors import InputError, SampvizError
from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.core.open_file import open_file
from sampviz.images.image import Image
from sampviz.images.selection import Selection

_LONGEST = 200  # characters of a message of others
_FIX = "get the file again, or convert it to .npy or NIfTI"


@dataclass(frozen=True)
class Source:
    """A file, or a folder that is one image, on its way to a reader.

    Parameters
    ----------
    path : Path
        Of the file or the folder; "-" is standard input.
    name : str
        What the image is called.
    where : str
        The name of the input, for errors.
    start : bytes
        The first 4096 bytes of the file, or all of them; b"" of a folder.
    """

    path: Path
    name: str
    where: str
    start: bytes = b""

    def open(self) -> BufferedReader:
        """Open the file at its start; InputError if it cannot be opened. Close it after use."""
        return open_file(self.path, self.where)


def nothing(_: object) -> bool:
    """Recognise no file and no folder."""
    return False


def only_itself(path: Path) -> Sequence[Path]:
    """Return the files of an image that is one file."""
    return (path,)


def starts_with(*signatures: bytes) -> Callable[[bytes], bool]:
    """Return a function that recognises files by their very first bytes."""
    return lambda start: start.startswith(signatures)


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format of images.

    Parameters
    ----------
    name : str
        What it is called, such as "NRRD".
    endings : tuple of str
        What names of its files end with, for the manual: files are recognised by their content.
    content : str
        What is read of it, for the manual.
    read : callable
        Makes an `Image` of a `Source` and a `Selection`. It checks all sizes, against
        `Selection.check_size`, before it allocates, and refuses what it has not of the selection.
    matches : callable
        Whether a file is of the format, by its first 4096 bytes, unpacked where they are gzip.
    matches_folder : callable
        Whether the folder at a path is one image of the format.
    kind : str
        What a file of it is, in errors: "a PNG"; the name by default.
    extra : str
        Of pyproject.toml, that installs `library`; "" where nothing more is needed.
    library : str
        The module that reads it, and may be absent.
    files : callable
        The files that the image at a path is made of.
    has_datasets : bool
        Whether a file may hold several arrays, of which one is chosen by name.
    is_packed : bool
        Whether its files may be packed with gzip.
    is_strict : bool
        Whether its reader meets every fault of a file itself: what else it raises is a fault of
        the program.
    """

    name: str
    endings: tuple[str, ...]
    content: str
    read: Callable[[Source, Selection], Image]
    matches: Callable[[bytes], bool] = nothing
    matches_folder: Callable[[Path], bool] = nothing
    kind: str = ""
    extra: str = ""
    library: str = ""
    files: Callable[[Path], Sequence[Path]] = only_itself
    has_datasets: bool = False
    is_packed: bool = False
    is_strict: bool = False

    @property
    def phrase(self) -> str:
        """What a file of it is, in errors."""
        return self.kind or self.name

    def read_in_words(self, source: Source, selection: Selection) -> Image:
        """Read an input; whatever a library or a plug-in raises is an InputError in words.

        Parameters
        ----------
        source : Source
            The input.
        selection : Selection
            Which picture of it.

        Returns
        -------
        Image

        Raises
        ------
        InputError
            For a file that cannot be read.
        UsageError
            If the selection asks for what the file has not.
        """
        if not self.has_datasets:
            selection.refuse(source.where, self.phrase, "dataset")
        if self.is_strict:
            return self.read(source, selection)
        try:
            with ignored_warnings():
                image = self.read(source, selection)
        except (SampvizError, MemoryError):
            raise
        except (Exception, SystemExit) as err:
            text = " ".join(str(err).split()) or "no more is said"
            thing = "file" if source.start else "folder"
            what = f"the {thing} is {self.phrase} that cannot be read: {type(err).__name__}"
            raise InputError(f"{what}: {text[:_LONGEST]}", source.where, _FIX) from err
        facts = {"extra": self.extra} if self.extra else {}
        return replace(image, file=replace(image.file, facts={**image.file.facts, **facts}))
