"""How the program ends: at once, where nobody would miss what Python does at its end.

Python takes all modules and objects apart, .06 s after a figure; the system takes the memory back
anyway. What libraries have registered for the end is done, and all output is written.
"""

import atexit
import os
import sys
import threading
from contextlib import suppress
from typing import Any


def end_process(code: int) -> None:
    """End the process with an exit code, or raise SystemExit where Python is to end it.

    It is under a debugger, a profiler or a tool that measures coverage, if it is to go on with a
    prompt, while another thread runs, and if the output cannot be written, which Python says.

    Parameters
    ----------
    code : int
        The exit code.
    """
    do_registered: Any = getattr(atexit, "_run_exitfuncs", None)
    if do_registered is None or _is_watched() or threading.active_count() > 1:
        raise SystemExit(code)
    do_registered()
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        raise SystemExit(code) from None
    with suppress(OSError, ValueError):
        if sys.stderr is not None:
            sys.stderr.flush()
    os._exit(code)


def _is_watched() -> bool:
    """Whether something follows the program that has to see its end."""
    monitoring = getattr(sys, "monitoring", None)  # from Python 3.12 on; it has 6 tools at most
    tools = [monitoring.get_tool(number) for number in range(6)] if monitoring else []
    goes_on = sys.flags.inspect or sys.flags.interactive or os.environ.get("PYTHONINSPECT")
    return bool(sys.gettrace() or sys.getprofile() or any(tools) or goes_on)
