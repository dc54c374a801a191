"""The bytes of a DICOM file, read where they are wanted, and no more often than can be."""

import os
from io import BufferedReader

from sampviz.core.errors import InputError
from sampviz.core.open_file import file_size

_BLOCK = 2**12  # bytes that are read at least
_MOST_READS = 2**20  # one or two for each element: of some thousand enhanced images


class FileContent:
    """The bytes of an open file, by their places; what is behind its end is not there.

    Parameters
    ----------
    file : BufferedReader
        Open; its position is changed.
    """

    def __init__(self, file: BufferedReader) -> None:
        self._file, self._size = file, file_size(file)
        self._start, self._block = 0, b""

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        if stop - start > _BLOCK:
            return self._read(start, stop - start)
        if not self._start <= start <= stop <= self._start + len(self._block):
            self._start, self._block = start, self._read(start, _BLOCK)
        return self._block[start - self._start : stop - self._start]

    def _read(self, start: int, size: int) -> bytes:
        self._file.seek(start)
        return self._file.read(size)


class CountedReads:
    """Reads of a content as those of a file: they end at its end, and are counted.

    Parameters
    ----------
    content : FileContent or bytes
        What is read.
    where : str
        The name of the input, for errors.
    """

    def __init__(self, content: FileContent | bytes, where: str) -> None:
        self._content, self._where = content, where
        self._at = self._count = 0

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, or all that are left; InputError for too many reads."""
        self._count += 1
        if self._count > _MOST_READS:
            raise InputError(
                f"it has more than {_MOST_READS // 2} elements", self._where, "convert it to NIfTI"
            )
        end = len(self._content) if size < 0 else min(len(self._content), self._at + size)
        data = self._content[self._at : end]
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a place, at most to the end; return it."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._content)}[whence]
        self._at = min(max(0, base + offset), len(self._content))
        return self._at

    def tell(self) -> int:
        """Return the place."""
        return self._at
