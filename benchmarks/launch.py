"""Run a command and print its seconds on the wall and of the processors, and its largest memory.

    python benchmarks/launch.py COMMAND [WORD ..]

Linux tells of a process at least the memory that its parent has had at most: so the parent is
this one, which has next to nothing.
"""

import json
import os
import sys
import time


def main() -> int:
    """Run the command; print a line of JSON, and end as it did."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0o600)]
    begin = time.perf_counter()
    process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
    _, status, used = os.wait4(process, 0)
    wall = time.perf_counter() - begin
    print(json.dumps([wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
