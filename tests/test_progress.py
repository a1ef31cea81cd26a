"""What a push or a pull shows: lines in a log, bars on a terminal."""

import io

import pytest

from ecrkit.events import (
    BytesReceived,
    LayerFailed,
    LayerFinished,
    LayerRestarted,
    LayerResumed,
    LayerSkipped,
    LayerStarted,
    PartSent,
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


def test_a_log_says_what_was_there_and_what_began_anew() -> None:
    log = io.StringIO()

    with show_progress(log) as progress:
        progress(LayerSkipped(DIGEST, 1_000))
        progress(LayerRestarted("a stream", None, reason="ECR does not know the upload any more"))

    skipped, restarted = log.getvalue().splitlines()
    assert "is there already" in skipped
    assert restarted == "a stream begins anew: ECR does not know the upload any more"


def test_a_log_says_what_a_pull_fetched_and_why_it_failed() -> None:
    log = io.StringIO()

    with show_progress(log) as progress:
        progress(LayerStarted(DIGEST, 1_000_000))
        progress(BytesReceived(DIGEST, 1_000_000, received=1_000_000))
        progress(LayerFinished(DIGEST, 1_000_000, digest=DIGEST))
        progress(LayerFailed("sha256:" + "f" * 64, 7_000_000, reason="The storage answered with HTTP 403"))

    done, failed = log.getvalue().splitlines()
    assert "done in" in done
    assert failed == "sha256:ffffffffffff (7.0 MB) failed: The storage answered with HTTP 403"


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
    assert "there already" in terminal.getvalue()


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
