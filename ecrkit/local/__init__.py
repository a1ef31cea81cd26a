"""The local ECR: a faithful ECR on localhost, for developing and testing code that pushes and pulls.

Needs the extra `local`: `pip install 'ecrkit[local]'`.
"""

from importlib.util import find_spec

from ecrkit.errors import MissingExtraError

if not all(find_spec(needed) for needed in ("httptools", "starlette", "uvicorn", "yaml")):
    raise MissingExtraError("The local ECR", "local")

from ecrkit.local.clock import Clock
from ecrkit.local.controls import Findings, Signatures
from ecrkit.local.credentials import AccessKey
from ecrkit.local.events import Event, Events
from ecrkit.local.faults import Effect, Fault, Faults
from ecrkit.local.process import LocalECRProcess
from ecrkit.local.recording import Requests, SeenRequest
from ecrkit.local.server import LocalECR
from ecrkit.local.settings import Settings

__all__ = [
    "AccessKey",
    "Clock",
    "Effect",
    "Event",
    "Events",
    "Fault",
    "Faults",
    "Findings",
    "LocalECR",
    "LocalECRProcess",
    "Requests",
    "SeenRequest",
    "Settings",
    "Signatures",
]
