"""What a process that is ours does before it imports anything large.

A process is ours if it is the program or a worker. One that imports sampviz as a library is its
user's: nothing of this is done there.
"""

import gc
from threading import Event

_ours = Event()


def take_process() -> None:
    """Say that this process is ours, and let Python look less often for memory in circles.

    What libraries bring in stays: to look through it again and again takes .2 s of a start.
    """
    _ours.set()
    gc.set_threshold(20_000, 5, 10)


def is_process_ours() -> bool:
    """Whether this is the program or a worker, and not a process of somebody else."""
    return _ours.is_set()
