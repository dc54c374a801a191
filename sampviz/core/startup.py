"""What a process of the program does before it imports anything large."""

import gc


def relax_gc() -> None:
    """Let Python look less often for memory that only circles hold.

    What libraries bring in stays: to look through it again and again takes .2 s of a start.
    """
    gc.set_threshold(20_000, 5, 10)
