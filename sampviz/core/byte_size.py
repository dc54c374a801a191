"""Numbers of bytes as people write them: 15MB, 500kB, 1.5GB."""

import re

from sampviz.core.errors import UsageError, argument

_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?(k|M|G|T)?B?", re.ASCII)
_NO_MACHINE = 2**62  # has so much
_PREFIXES = {None: 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def parse_bytes(size: str | int, name: str) -> int:
    """Return the bytes that a size means.

    Parameters
    ----------
    size : str or int
        `15MB`, `500kB`, `1.5GB`, or a number.
    name : str
        The argument, for the error.

    Returns
    -------
    int
        1 or more.

    Raises
    ------
    UsageError
        If it is none.
    """
    match = _SIZE.fullmatch(str(size))
    count = round(float(match[1]) * _PREFIXES[match[2]]) if match else 0
    if not 0 < count < _NO_MACHINE:
        raise UsageError(f"{size!r} is no size", argument(name), "write 15MB, 500kB or 1GB")
    return count


def bytes_text(count: float) -> str:
    """Return a number of bytes as `parse_bytes` reads it, in two digits or three."""
    fitting = ((unit, prefix) for prefix, unit in _PREFIXES.items() if count < 999.5 * unit)
    unit, prefix = next(fitting, (10**12, "T"))
    amount = round(count / unit, 1 if count < 9.95 * unit else None)
    return f"{amount:g}{prefix or ''}B"
