"""What is said of errors that are not ours, but of the system: memory, room, open files."""

from sampviz.core.budget import LESS
from sampviz.core.errors import InputError, OutputError, SampvizError


def as_known(error: BaseException) -> SampvizError | None:
    """Return an error as one that the user can mend; None for one that is a fault of ours."""
    if isinstance(error, SampvizError):
        return error.as_options()
    if isinstance(error, OSError):
        return OutputError(
            f"the output cannot be written: {error.strerror or error}",
            str(error.filename or "stdout"),
            "make room, or write elsewhere",
        )
    if isinstance(error, MemoryError):
        return InputError(
            f"not enough memory: {' '.join(str(error).split()) or 'an array does not fit'}",
            "this command",
            f"give less at once: {LESS}",
        )
    return None
