"""A program that takes an image out of a repository and is killed meanwhile: `python -m tests.pull.dying`.

Arguments: the endpoint, the repository, what to do (`pull`, `save` or `download`), the path, and when to die: `never`,
`change:N` (before the Nth change to a file) or `after:SECONDS`.
"""

import os
import signal
import sys
import threading
from pathlib import Path

import boto3

from ecrkit import Image, Registry

CHANGES = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"}
"""What Python audits of changes to files; opening may be one."""


def act(image: Image, action: str, path: Path) -> Path:
    """Take an image, or its largest layer, out of its repository."""
    match action:
        case "pull":
            return image.pull(path)
        case "save":
            return image.save(path)
        case "download":
            return max(image.layers(), key=lambda layer: layer.size or 0).download(path)
        case _:
            raise AssertionError(action)


def main(endpoint_url: str, repository: str, action: str, path: str, when: str) -> None:
    """Take an image out of a repository, and die meanwhile."""
    session = boto3.Session("local", "local", region_name="us-east-1")
    image = Registry(session, endpoint_url=endpoint_url).repository(repository).image("1")
    image.describe()
    how, _, number = when.partition(":")
    if how == "change":
        _die_before_change(int(number))
    elif how == "after":
        threading.Timer(float(number), os.kill, (os.getpid(), signal.SIGKILL)).start()
    act(image, action, Path(path))
    os._exit(0)  # not waiting for the timer


def _die_before_change(number: int) -> None:
    left = number

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event not in CHANGES or str(arguments[0]).endswith((".py", ".pyc", ".json", ".gz")):
            return
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


if __name__ == "__main__":
    main(*sys.argv[1:])
