"""What a push or a pull shows: lines in a log, bars on a terminal."""

import io
import subprocess
import sys

import pytest

from ecrkit._display.board import Board, State
from ecrkit._display.notebook import NotebookBars, in_notebook
from ecrkit.events import (
    BytesHashed,
    BytesReceived,
    BytesSent,
    LayerCancelled,
    LayerFailed,
    LayerFinished,
    LayerRestarted,
    LayerResumed,
    LayerSkipped,
    LayerStarted,
    PartSent,
    TransferPlanned,
)
from ecrkit.progress import short, show_progress

DIGEST = "sha256:" + "0123456789ab" + "c" * 52


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_one_line_for_a_layer() -> None:
    log = io.StringIO()

    with show_progress(log) as progress:
        progress(LayerStarted(DIGEST, 2_500_000))
        progress(PartSent(DIGEST, 2_500_000, received=1_000_000))
        progress(PartSent(DIGEST, 2_500_000, received=2_500_000))
        progress(LayerFinished(DIGEST, 2_500_000, digest=DIGEST))

    [line] = log.getvalue().splitlines()
    assert line.startswith("sha256:0123456789ab")
    assert "(2.5 MB)" in line
    assert "done in" in line


def test_a_log_says_what_exists_and_what_restarts() -> None:
    log = io.StringIO()

    with show_progress(log) as progress:
        progress(LayerSkipped(DIGEST, 1_000))
        progress(LayerRestarted("a stream", None, reason="ECR no longer knows the upload"))

    skipped, restarted, *_ = log.getvalue().splitlines()
    assert "already exists" in skipped
    assert restarted == "a stream restarts: ECR no longer knows the upload"


def test_a_log_says_what_a_pull_fetched_and_why_it_failed() -> None:
    log = io.StringIO()

    with show_progress(log) as progress:
        progress(LayerStarted(DIGEST, 1_000_000))
        progress(BytesReceived(DIGEST, 1_000_000, received=1_000_000))
        progress(LayerFinished(DIGEST, 1_000_000, digest=DIGEST))
        progress(LayerFailed("sha256:" + "f" * 64, 7_000_000, reason="The server answered with HTTP 403"))

    done, failed = log.getvalue().splitlines()
    assert "done in" in done
    assert failed == "sha256:ffffffffffff (7.0 MB) failed: The server answered with HTTP 403"


@pytest.mark.parametrize("size", [None, 100])
def test_a_terminal_gets_a_bar_for_each_layer(size: int | None) -> None:
    terminal = Terminal()

    with show_progress(terminal) as progress:
        progress(LayerResumed("layer-a", size, received=10))
        progress(PartSent("layer-a", size, received=50))
        progress(LayerRestarted("layer-a", size, reason="x"))
        progress(LayerFinished("layer-a", size, digest=DIGEST))
        progress(LayerSkipped("layer-b", size))

    assert "layer-a" in terminal.getvalue()
    assert "exists" in terminal.getvalue()


def test_a_digest_is_shortened_and_a_path_is_its_file() -> None:
    assert short(DIGEST) == "sha256:0123456789ab"
    assert short("a/rather/long/path/of/a/layer.tar.gz") == "layer.tar.gz"


def test_a_bar_follows_the_bytes_of_a_pull_to_its_failure() -> None:
    terminal = Terminal()

    with show_progress(terminal) as progress:
        progress(LayerStarted(DIGEST, 2_000_000))
        progress(BytesReceived(DIGEST, 2_000_000, received=1_000_000))
        progress(LayerFailed(DIGEST, 2_000_000, reason="x"))

    assert "1.0/2.0 MB" in terminal.getvalue()
    assert "failed" in terminal.getvalue()


def test_a_log_begins_with_the_plan_and_ends_with_the_total() -> None:
    log = io.StringIO()

    with show_progress(log) as progress:
        progress(TransferPlanned("team/app", 3_000, layers=2))
        progress(LayerSkipped(DIGEST, 1_000))
        progress(LayerFinished("sha256:" + "f" * 64, 2_000, digest="sha256:" + "f" * 64))

    first, *_, last = log.getvalue().splitlines()
    assert first == "team/app: 2 layers (3.0 kB)"
    assert last.startswith("total: 1 exists, 1 done; 3.0 kB in ")


def test_a_log_has_file_names_next_to_digests() -> None:
    log = io.StringIO()

    with show_progress(log) as progress:
        progress(LayerSkipped(DIGEST, 1_000, name="build/app.tar.gz"))

    assert log.getvalue() == "app.tar.gz 0123456789ab (1.0 kB) already exists\n"


def test_a_log_tells_resumed_from_cancelled_layers() -> None:
    log = io.StringIO()

    with show_progress(log) as progress:
        progress(LayerResumed("a", 1_000, received=500))
        progress(LayerCancelled("a", 1_000, reason="The call was cancelled"))

    assert log.getvalue().splitlines() == [
        "a (1.0 kB) resumes after 500 B",
        "a (1.0 kB) cancelled: The call was cancelled",
    ]


def test_what_has_not_ended_with_its_call_is_shown_as_cancelled() -> None:
    log = io.StringIO()

    with show_progress(log) as progress:
        progress(LayerStarted("a", 1_000))

    assert log.getvalue() == "a cancelled\n"


def test_events_after_the_end_are_not_shown() -> None:
    log = io.StringIO()

    with show_progress(log) as progress:
        pass
    progress(LayerSkipped("a", 1_000))

    assert log.getvalue() == ""


def test_several_layers_have_a_total_on_a_terminal() -> None:
    terminal = Terminal()

    with show_progress(terminal) as progress:
        progress(TransferPlanned("team/app", 3_000, layers=2))
        progress(LayerFinished("a", 1_000, digest=DIGEST))
        progress(LayerFailed("b", 2_000, reason="x"))

    assert "total of 2 layers" in terminal.getvalue()
    assert "1 done, 1 failed" in terminal.getvalue()


def test_a_layer_keeps_its_row_when_its_digest_becomes_known() -> None:
    board = Board()

    board.take(BytesHashed("app.tar", 100, name="app.tar", hashed=100), 0)
    row = board.take(BytesSent(DIGEST, 100, name="app.tar", sent=30), 0)

    assert list(board.rows.values()) == [row]
    assert row is not None
    assert (row.label, row.shown, row.state) == ("app.tar 0123456789ab", 30, State.MOVING)


def test_hashed_bytes_do_not_count_as_moved() -> None:
    board = Board()

    board.take(BytesHashed("app.tar", 100, name="app.tar", hashed=100), 0)

    assert board.done == 0


def test_a_notebook_gets_a_bar_for_each_layer_and_the_total() -> None:
    shown: list[str] = []
    bars = NotebookBars(shown.append)

    bars(TransferPlanned("team/app", 3_000, layers=2))
    bars(PartSent("<a>", 1_000, received=500))
    bars(LayerFinished("b", 2_000, digest=DIGEST))
    bars.end()

    assert shown[-1].count("<progress") == 3
    assert "&lt;a&gt;" in shown[-1]
    assert "cancelled" in shown[-1]


def test_a_program_is_no_notebook() -> None:
    assert not in_notebook()


def test_a_notebook_shows_html_in_place_of_the_html_before() -> None:
    program = """
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from ecrkit.events import LayerFinished, LayerStarted
from ecrkit.progress import show_progress
InteractiveShell.instance().kernel = "as in a notebook"
with capture_output() as shown, show_progress() as progress:
    progress(LayerStarted("app.tar", 100))
    progress(LayerFinished("app.tar", 100, digest="sha256:" + "0" * 64))
print(len({each.transient["display_id"] for each in shown.outputs}), "app.tar" in shown.outputs[-1].data["text/html"])
print(shown.outputs[-1].update, repr(shown.stderr))
"""

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines() == ["1 True", "True ''"]
