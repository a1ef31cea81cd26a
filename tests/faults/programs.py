"""Programs that push, for tests that kill, interrupt or start several of them: `python -m tests.faults.programs`.

They speak with the test over their pipes: a line of standard output at each step, a line of standard input to go on.
"""

import argparse
import sys
import threading
import time
from pathlib import Path

from ecrkit import LayerEvent, Registry, Repository, UploadState
from ecrkit.events import LayerStarted

_THREADS_END_SECONDS = 20.0


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["start", "resume", "push", "push-many", "push-kept"])
    parser.add_argument("endpoint_url")
    parser.add_argument("repository")
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--state", type=Path)
    options = parser.parse_args()
    repository = Registry(endpoint_url=options.endpoint_url).repository(options.repository)
    match options.what:
        case "start":
            _start(repository, options.files[0], options.state)
        case "resume":
            state = UploadState.from_json(options.state.read_text())
            _say(repository.resume_upload(state, options.files[0]).finish().digest)
        case "push":
            _say(repository.push_layer(options.files[0], skip_existing=False, progress=_wait_at_start).digest)
        case "push-kept":
            for layer in repository.push_layers(options.files, resume=options.state):
                _say(layer.digest)
        case _:
            _push_many(repository, options.files)


def _start(repository: Repository, file: Path, kept: Path) -> None:
    def keep(_: LayerEvent) -> None:
        beside = kept.with_suffix(".new")
        beside.write_text(upload.state.to_json())
        beside.replace(kept)

    upload = repository.start_upload(file, progress=keep)
    _say(upload.finish().digest)


def _wait_at_start(event: LayerEvent) -> None:
    if isinstance(event, LayerStarted):
        _say("started")
        sys.stdin.readline()


def _push_many(repository: Repository, files: list[Path]) -> None:
    def tell(event: LayerEvent) -> None:
        if isinstance(event, LayerStarted):
            _say("started")

    try:
        repository.push_layers(files, skip_existing=False, progress=tell)
    except KeyboardInterrupt:
        _say("interrupted")
    deadline = time.monotonic() + _THREADS_END_SECONDS
    while _ours() and time.monotonic() < deadline:
        time.sleep(0.05)
    _say(f"threads left: {_ours()}")


def _ours() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("ecrkit")]


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 -- the test reads it


if __name__ == "__main__":
    main()
