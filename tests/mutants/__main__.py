"""Breaks the code in one small way after the other, and lists the breaks that no test notices.

Each mutant lives in the memory of a process of its own; no file is touched. It meets the tests that run its line (those that
run anything of its module, where the line runs at import), the quickest of each folder first, until one fails.
"""

import argparse
import ast
from pathlib import Path

from tests.mutants.breaks import breaks
from tests.mutants.running import Ran, notices, prepare, record


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutants", description="List the ways to break code that no test notices."
    )
    parser.add_argument("modules", nargs="+", type=Path, help="what to break, such as ecrkit/paging.py")
    parser.add_argument("--tests", nargs="+", required=True, help="files or folders, the nearest first")
    parser.add_argument("--seconds", type=float, default=5.0, help="for a folder; its slowest are left out")
    wanted = parser.parse_args()
    prepare()
    ran = sorted(record(wanted.modules, wanted.tests))
    folders = [[one for one in ran if one.test.startswith(folder)] for folder in wanted.tests]
    for path in wanted.modules:
        _break(path, folders, wanted.seconds)


def _break(path: Path, folders: list[list[Ran]], longest: float) -> None:
    tree = ast.parse(path.read_text())
    made = survived = 0
    for line, what in breaks(tree):
        made += 1
        code = compile(tree, str(path), "exec")
        chosen = [_quickest(tests, longest) for tests in _that_run(folders, str(path.resolve()), line)]
        if not any(notices(path, code, tests, patience=3 * seconds + 5) for tests, seconds in chosen):
            survived += 1
            print(f"  {path}:{line}: {what}{'' if chosen else '  (no test runs it)'}", flush=True)
    print(f"{path}: {made} mutants, {made - survived} killed, {survived} survived", flush=True)


def _that_run(folders: list[list[Ran]], file: str, line: int) -> list[list[Ran]]:
    of_module = [[one for one in folder if file in one.lines] for folder in folders]
    of_line = [[one for one in folder if line in one.lines[file]] for folder in of_module]
    return [folder for folder in (of_line if any(of_line) else of_module) if folder]


def _quickest(ran: list[Ran], longest: float) -> tuple[list[str], float]:
    tests: list[str] = []
    seconds = 0.0
    for one in ran:
        if tests and seconds + one.seconds > longest:
            break
        tests.append(one.test)
        seconds += one.seconds
    return tests, seconds


if __name__ == "__main__":
    main()
