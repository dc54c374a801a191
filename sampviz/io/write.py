"""Writing files whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sampviz.errors import OutputError


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Give a temporary path beside `target`, which takes its place when the block ends well.

    If the block fails, nothing is left behind and an older file stays whole. The system's
    errors become OutputError.
    """
    temporary = None
    try:
        handle, name = tempfile.mkstemp(
            prefix=".sampviz-", suffix="".join(target.suffixes[-2:]), dir=target.parent
        )
        os.close(handle)
        temporary = Path(name)
        yield temporary
        # mkstemp makes files private; ours get the permissions of any new file.
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(target)
        temporary = None
    except OSError as err:
        raise OutputError(
            f"the file cannot be written: {err.strerror or err}",
            str(target),
            "choose another folder or name with -o",
        ) from None
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
