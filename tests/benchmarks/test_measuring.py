import sys
from pathlib import Path

import pytest

from benchmarks.plot import bar_chart
from benchmarks.processes import (
    MIB,
    Cost,
    NotInstalledError,
    Program,
    Rounds,
    RunFailedError,
    measure,
    measure_interleaved,
    median_cost,
)
from benchmarks.tables import Table, cell, times, wall


def python(code: str) -> Program:
    return Program((sys.executable, "-c", code))


def test_the_peak_of_a_process_is_its_own_and_not_that_of_the_one_that_measures() -> None:
    ballast = bytearray(b"x" * 200 * MIB)

    cost = measure(python("pass"))

    assert cost.peak_bytes < len(ballast) // 2


def test_the_peak_grows_with_what_the_process_takes() -> None:
    small, large = measure(python("pass")), measure(python(f"x = b'x' * {100 * MIB}"))

    assert 95 * MIB < (large - small).peak_bytes < 110 * MIB


def test_the_time_of_children_counts() -> None:
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}], check=True)"

    assert measure(python(parent)).cpu_seconds >= 0.3


def test_a_file_may_come_through_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "layer").write_bytes(b"x" * MIB)
    code = f"import sys; sys.exit(len(sys.stdin.buffer.read()) != {MIB})"

    assert measure(Program((sys.executable, "-c", code), feed=tmp_path / "layer")).peak_bytes > 0


def test_a_program_that_fails_is_told_with_its_last_words() -> None:
    with pytest.raises(RunFailedError, match="ended with 1: ValueError: no luck"):
        measure(python("raise ValueError('no luck')"))


@pytest.mark.parametrize(
    "program",
    [
        Program(("there-is-no-such-program",)),
        python("raise ModuleNotFoundError(\"No module named 'oras.provider'\")"),
    ],
)
def test_what_is_not_installed_is_no_failure(program: Program) -> None:
    with pytest.raises(NotInstalledError):
        measure(program)


def test_a_module_of_ours_that_is_missing_is_a_failure() -> None:
    with pytest.raises(RunFailedError, match="ecrkit"):
        measure(python("raise ModuleNotFoundError(\"No module named 'ecrkit.push'\")"))


def test_programs_take_turns(tmp_path: Path) -> None:
    log = tmp_path / "log"
    programs = {name: python(f"open({str(log)!r}, 'a').write({name!r})") for name in ("A", "B")}

    measure_interleaved(programs, Rounds(2, warm_up=1))

    assert log.read_text() == "ABABAB"


def test_a_program_that_failed_is_not_run_again(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = python(f"open({str(log)!r}, 'a').write('x'); raise SystemExit(1)")

    found = measure_interleaved({"broken": program}, Rounds(3))

    assert isinstance(found["broken"], RunFailedError)
    assert log.read_text() == "x"


def test_medians_are_taken_number_by_number() -> None:
    assert median_cost([Cost(1, 9, 5), Cost(2, 8, 5), Cost(9, 1, 6)]) == Cost(2, 8, 5)


def test_a_table_is_aligned() -> None:
    table = Table("title", "note", ("way", "s"), [("long name", "1.00"), ("x", "10.00")])

    assert table.as_text().splitlines()[1:5] == [
        "way            s",
        "---------  -----",
        "long name   1.00",
        "x          10.00",
    ]


def test_a_table_as_markdown_has_numbers_on_the_right() -> None:
    table = Table("title", "note", ("way", "s"), [("x", "1.00")])

    assert "| way | s |\n| --- | ---: |\n| x | 1.00 |" in table.as_markdown()


def test_a_table_failed_when_a_program_did_and_not_when_one_is_not_installed() -> None:
    missing = Table("", "", (), problems={"oras": NotInstalledError("oras is not installed")})
    broken = Table("", "", (), problems={"ecrkit": RunFailedError("ended with 1")})

    assert (missing.failed, broken.failed) == (False, True)


def test_a_number_that_is_not_there_says_why() -> None:
    assert cell(NotInstalledError(), wall) == "not installed"
    assert cell(RunFailedError(), wall) == "failed"
    assert times(Cost(1, 1, 1), None, lambda cost: cost.cpu_seconds) == "-"


def test_the_plot_draws_a_bar_a_name_and_escapes_what_it_writes() -> None:
    svg = bar_chart("a < b", {"one": 1.0, "two": 2.0}, "s", "one", ["made by: x & y"])

    assert svg.count("<rect") == 3
    assert "a &lt; b" in svg
    assert "x &amp; y" in svg
