"""Numbers of bytes as people write them: 15MB, 500 kb, 1.5GB, 2GiB, 4e9."""

import re

from sampviz.core.errors import UsageError, argument

_AMOUNT = r"[0-9]{1,15}(?:\.[0-9]{1,9})?(?:e\+?[0-9]{1,2})?"
_SIZE = re.compile(rf"({_AMOUNT}) ?(?:([kmgt])(i?))?(b?)", re.ASCII | re.I)
_NO_MACHINE = 2**62  # has so much
_PREFIXES = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_LEAST_BARE = 10**6  # bytes in a text without a unit: of less the unit was left out


def parse_bytes(size: str | int, name: str) -> int:
    """Return the bytes that a size means.

    Parameters
    ----------
    size : str or int
        `15MB`, `500kB`, `1.5GB` in powers of 1000, `2GiB` in powers of 1024, in any case; or a
        number of bytes, in a text of a million or more: `4000000000`, `4e9`.
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
    amount, prefix, binary, byte = match.groups("") if match else ("0", "", "", "")
    power = "kmgt".find(prefix.lower()) + 1 if prefix else 0
    count = round(float(amount) * (1024 if binary else 1000) ** power)
    if not 0 < count < _NO_MACHINE:
        raise UsageError(f"{size!r} is no size", argument(name), "write 15MB, 1GB, or bytes: 4e9")
    if isinstance(size, str) and not (prefix or byte) and count < _LEAST_BARE:
        raise UsageError(
            f"{size!r} without a unit is {bytes_text(count)}",
            argument(name),
            f"write {amount}GB or {amount}MB; {amount}B if bytes are meant",
        )
    return count


def bytes_text(count: float) -> str:
    """Return a number of bytes as `parse_bytes` reads it, in two digits or three."""
    fitting = ((unit, prefix) for prefix, unit in _PREFIXES.items() if count < 999.5 * unit)
    unit, prefix = next(fitting, (10**12, "T"))
    amount = round(count / unit, 1 if count < 9.95 * unit else None)
    return f"{amount:g}{prefix}B"
