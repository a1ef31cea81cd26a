"""`Waiter`: looks again and again until a judge is content, with `.wait()` or with `await`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import tenacity

from ecrkit.errors import EcrKitError
from ecrkit.retrying import pause
