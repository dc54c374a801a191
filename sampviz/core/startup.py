"""What a process that is ours does before it imports anything large.

A process is ours if it is the program or a worker. One that imports sampviz as a library is its
user's: nothing of this is done there.
"""

import gc
from threading import Event

_START = 200_000  # objects: with what libraries bring in a first figure makes 160 000
_ours = Event()


def take_process() -> None:
    """Say that this process is ours, and let Python not look for memory in circles at its start.

    What libraries bring in stays: to look through it takes a tenth of the time to a first figure.
    """
    _ours.set()
    gc.set_threshold(_START, 5, 10)
    if _after_start not in gc.callbacks:
        gc.callbacks.append(_after_start)


def look_for_memory() -> None:
    """Let Python look for memory in circles, such as figures, less often than it would."""
    gc.set_threshold(20_000, 5, 10)


def _after_start(*_: object) -> None:
    """Python looks for the first time: from now on what is new is no library's any more."""
    gc.callbacks.remove(_after_start)
    look_for_memory()


def is_process_ours() -> bool:
    """Whether this is the program or a worker, and not a process of somebody else."""
    return _ours.is_set()
