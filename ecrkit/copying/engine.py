"""Copies planned images and collects what becomes of each."""

import time
from typing import Protocol

from ecrkit.copying.planning import CopyPlan, PlannedCopy
from ecrkit.copying.report import CopiedImage, CopyFailure, CopyReport
from ecrkit.errors import ClosedError, EcrKitError, OperationCancelledError, OperationTimeoutError
from ecrkit.push.image import PushReport


class CopyOne(Protocol):
    """Copies one image with what it lists and what refers to it, and sets its tags. Idempotent."""

    def __call__(self, copy: PlannedCopy, /) -> PushReport: ...


def copy_images(plan: CopyPlan, copy_one: CopyOne, *, dry_run: bool = False) -> CopyReport:
    """Copy images. The failure of one does not stop the others.

    Args:
        plan: What to copy.
        copy_one: Copies one image.
        dry_run: Whether to only report what would be copied.

    Raises:
        OperationCancelledError: The call was cancelled.
        OperationTimeoutError: The call did not finish in time.
    """
    started = time.monotonic()
    copied: list[CopiedImage] = []
    failures: list[CopyFailure] = []
    for each in plan.copies:
        if dry_run:
            copied.append(CopiedImage(each))
            continue
        try:
            copied.append(CopiedImage(each, copy_one(each)))
        except (ClosedError, OperationCancelledError, OperationTimeoutError):
            raise  # these end the whole call
        except EcrKitError as error:
            failures.append(CopyFailure(each.image, error))
    return CopyReport(
        tuple(copied), plan.present, tuple(failures), dry_run, seconds=time.monotonic() - started
    )
