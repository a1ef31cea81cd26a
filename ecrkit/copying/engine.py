"""Copies planned images, several concurrently, and collects what becomes of each."""

import time
from collections.abc import Iterable
from functools import partial
from typing import Protocol

from ecrkit.copying.planning import CopyPlan, PlannedCopy
from ecrkit.copying.report import CopiedImage, CopyFailure, CopyJob, CopyReport
from ecrkit.errors import ClosedError, EcrKitError, OperationCancelledError, OperationTimeoutError
from ecrkit.push.image import PushReport
from ecrkit.workers import run_jobs


class CopyOne(Protocol):
    """Copies one image with what it lists and what refers to it, and sets its tags. Idempotent."""

    def __call__(self, copy: PlannedCopy, /) -> PushReport: ...


def copy_images(
    plan: CopyPlan, copy_one: CopyOne, *, workers: int, failures: Iterable[CopyFailure] = ()
) -> CopyReport:
    """Copy images. The failure of one does not stop the others.

    Args:
        plan: What to copy.
        copy_one: Copies one image; called from several threads.
        workers: Maximum number of images that are copied concurrently.
        failures: Images that could not be planned, for the report.

    Raises:
        OperationCancelledError: The call was cancelled.
        OperationTimeoutError: The call did not finish in time.
    """
    started = time.monotonic()
    results: dict[int, CopiedImage | CopyFailure] = {}

    def copy(number: int, planned: PlannedCopy) -> None:
        try:
            results[number] = CopiedImage(planned, copy_one(planned))
        except (ClosedError, OperationCancelledError, OperationTimeoutError):
            raise  # these end the whole call
        except EcrKitError as error:
            results[number] = CopyFailure(planned.image, error)

    jobs = [partial(copy, number, planned) for number, planned in enumerate(plan.copies)]
    run_jobs(jobs, workers=workers)
    ordered = [results[number] for number in sorted(results)]
    return CopyReport(
        tuple(each for each in ordered if isinstance(each, CopiedImage)),
        plan.present,
        (*failures, *(each for each in ordered if isinstance(each, CopyFailure))),
        dry_run=False,
        seconds=time.monotonic() - started,
    )


def report_plan(
    plan: CopyPlan, jobs: Iterable[CopyJob], *, failures: Iterable[CopyFailure] = ()
) -> CopyReport:
    """Report what would be copied.

    Args:
        plan: What to copy.
        jobs: What copies it.
        failures: Images that could not be planned.
    """
    return CopyReport(
        tuple(map(CopiedImage, plan.copies)),
        plan.present,
        tuple(failures),
        dry_run=True,
        seconds=0.0,
        jobs=tuple(jobs),
    )
