"""Who may import what, and what an import does."""

import json
import subprocess
import sys

from tests.contracts.house import PROJECT, imported, sources

BOTO = {"boto3", "botocore", "s3transfer"}

KNOWS_BOTO = {
    "ecrkit/transport/__init__.py",  # for annotations
    "ecrkit/transport/_advice.py",  # asks botocore for the regions
    "ecrkit/transport/_boto.py",
    "ecrkit/transport/_connections.py",
    "ecrkit/transport/_failures.py",
    "ecrkit/transport/_http.py",
    "ecrkit/transport/_storage.py",
    "ecrkit/local/server.py",  # makes a session with no credentials for `LocalECR.registry()`
}


def run_python(program: str) -> str:
    """Run a program in an interpreter that has imported nothing yet."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_only_the_transport_knows_boto3() -> None:
    knowing = {
        path for path, tree in sources() if any(name.partition(".")[0] in BOTO for name in imported(tree))
    }

    assert knowing == KNOWS_BOTO


def test_nothing_of_the_library_imports_the_local_ecr() -> None:
    importing = {
        path
        for path, tree in sources()
        if not path.startswith("ecrkit/local/")
        and any(f"{name}.".startswith("ecrkit.local.") for name in imported(tree))
    }

    assert importing <= {"ecrkit/pytest_plugin.py", "ecrkit/__init__.py"}  # the latter for type checkers


def test_nothing_imports_what_is_not_shipped() -> None:
    unshipped = {"tests", "codegen", "examples", "benchmarks"}

    importing = {
        path
        for path, tree in sources()
        if any(name.partition(".")[0] in unshipped for name in imported(tree))
    }

    assert importing == set()


def test_importing_ecrkit_imports_nothing_that_is_slow_or_optional() -> None:
    heavy = "boto3 botocore starlette uvicorn rich hypothesis pytest ecrkit.local ecrkit.testing"

    loaded = run_python(
        f"import sys, ecrkit; print([name for name in {heavy.split()!r} if name in sys.modules])"
    )

    assert loaded == "[]"


def test_importing_ecrkit_asks_nobody_anything() -> None:
    """Neither the environment, nor the network, nor files of the user."""
    program = """
import sys, os
import pydantic, tenacity, pybase64, asyncio, hashlib, tempfile, concurrent.futures  # what they look at is their own
from collections.abc import MutableMapping

class Watched(dict):
    asked = []
    def __getitem__(self, name): self.asked.append(name); return super().__getitem__(name)
    def get(self, name, default=None): self.asked.append(name); return super().get(name, default)

os.environ._data = Watched(os.environ._data)
events = []
def hook(event, arguments):
    if event.startswith("socket.") or (event == "open" and "/.aws" in str(arguments[0])):
        events.append(event)
sys.addaudithook(hook)
import ecrkit
aws = [name for name in Watched.asked if b"AWS" in name or b"ECR" in name]
print(aws, events)
"""

    assert run_python(program) == "[] []"


def test_a_handle_for_a_registry_sends_nothing_and_begins_no_thread() -> None:
    program = """
import sys, threading
from ecrkit import Registry
events = []
sys.addaudithook(lambda event, arguments: events.append(event) if event.startswith("socket.conn") else None)
registry = Registry(region_name="us-east-1")
registry.repository("team/app").image("1.0")
registry.repositories()
print(events, threading.active_count())
"""

    assert run_python(program) == "[] 1"


NEEDED_FOR_A_LISTING = {
    "ecrkit": {
        "_arguments",
        "_lazy",
        "_logging",
        "_strings",
        "_version",
        "batching",
        "cancellation",
        "client",
    }
    | {"paging", "reading_ahead", "retrying", "threads", "tracing", "wildcards"},
    "ecrkit.errors": {"_base", "_families", "_judged", "_local", "_service", "_translate"},
    "ecrkit.models": {"_base", "_enums", "_limits", "_scalars", "_wire", "images", "shared"},
    "ecrkit.references": {"_digest", "_names", "_shown"},
    "ecrkit.resources": {
        "_endpoints",
        "_handles",
        "described_image",
        "described_repository",
        "image",
        "image_listing",
        "image_names",
        "registry",
        "repository",
    },
    "ecrkit.tables": {"_records", "_rows", "_size", "_table", "_tabular"},
    "ecrkit.transport": {"_boto", "_connections", "_events", "_pieces", "_protocol"},
}
"""Modules that listing images may import, by package. Other packages may be imported, but none of their modules."""


def test_a_listing_imports_no_more_than_it_needs() -> None:
    program = """
import json, sys
from ecrkit import Registry
from ecrkit.transport import Answer
class Transport:
    region_name = "eu-west-1"
    def call(self, operation, parameters, *, body=None, retries=True): return b'{"imageDetails": []}'
    def download(self, url, *, first_byte=0): raise NotImplementedError
list(Registry(Transport()).repository("team/app").images(limit=1))
print(json.dumps([name for name, module in sys.modules.items() if name.startswith("ecrkit.") and not hasattr(module, "__path__")]))
"""
    loaded: list[str] = json.loads(run_python(program))

    unneeded = [
        name
        for name in loaded
        if name.rpartition(".")[2] not in NEEDED_FOR_A_LISTING.get(name.rpartition(".")[0], set())
    ]

    assert unneeded == []
