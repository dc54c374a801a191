"""The command line: it reads words, calls one function, prints a path.

Nothing heavy is imported here or at the top of a command: `--help` loads none of numpy, scipy,
cv2, nibabel and matplotlib.
"""

import gc
import signal
import sys
from io import TextIOWrapper

from sampviz.core.startup import take_process


def program() -> None:
    """Be the program: run it, and end the process."""
    from sampviz.cli.ending import end_process

    end_process(main())


def main() -> int:
    """Run the program with the words of the command line; return its exit code."""
    take_process()
    # A name that stdout cannot write is no reason to fail.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    # What is half written is taken away on SIGTERM as it is on ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        from sampviz.cli.app import run

        code = run()
    except KeyboardInterrupt:  # before there was anything to interrupt
        code = 130
    # The system takes the memory back. To look through 120000 objects for what could be freed, as
    # Python does at its end, takes .3 s after a figure was drawn.
    gc.freeze()
    return code
