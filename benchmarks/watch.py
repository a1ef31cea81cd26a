"""Start one command, wait for it, and print what it took: wall seconds, CPU seconds, peak bytes, exit code.

Linux starts the peak of a new process at that of the one that forked it. This one imports next to nothing, so that it
stays below whatever it watches; that is why it is a program of its own and uses no other module of the benchmarks.
"""

import os
import sys
from time import perf_counter

_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Run `sys.argv[1:]`, with standard output thrown away."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    started = perf_counter()
    child = os.posix_spawnp(
        sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nowhere, 1)]
    )
    _, status, usage = os.wait4(child, 0)
    wall = perf_counter() - started
    cpu = usage.ru_utime + usage.ru_stime
    print(wall, cpu, usage.ru_maxrss * _RSS_UNIT, os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
