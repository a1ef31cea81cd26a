"""`CopyReport`: what became of copying many images."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from ecrkit.copying.planning import ImageToCopy, PlannedCopy
from ecrkit.errors import BatchFailedError, EcrKitError
from ecrkit.push.image import MovedTag, PushReport
from ecrkit.tables import Size, Table, Tabular


@dataclass(frozen=True, slots=True)
class CopiedImage:
    """An image that was copied, or would be copied."""

    planned: PlannedCopy

    report: PushReport | None = None
    """Layers, bytes and time; None in a dry run."""

    def __table_row__(self) -> Mapping[str, object]:
        return {
            "": "copy" if self.report is None else "copied",
            **_row(self.planned.image),
            "moved": [each.tag for each in self.planned.moved],
            "sent": None if self.report is None else Size(self.report.bytes_sent),
        }


@dataclass(frozen=True, slots=True)
class CopyFailure:
    """An image that could not be copied."""

    image: ImageToCopy

    error: EcrKitError
    """What its copy raised."""

    def __table_row__(self) -> Mapping[str, object]:
        return {"": "failed", **_row(self.image), "error": f"{type(self.error).__name__}: {self.error}"}


class CopyJob(Protocol):
    """Copies one image, in this or another process: it can be pickled, has no credentials, and may run more than once."""

    @property
    def image(self) -> ImageToCopy:
        """The image."""
        ...

    def run(self) -> PushReport:
        """Copy the image, with the credentials of the process."""
        ...


@dataclass(frozen=True, slots=True)
class CopyReport(Tabular):
    """What became of copying many images. Displayed as a table.

    Example:
        >>> report = repository.copy_to(target, tags="1.*")
        >>> print(report)
        >>> report.raise_on_failure()
    """

    copied: tuple[CopiedImage, ...]
    """Images that were copied, or got tags or referrers that they lacked in the target."""

    skipped: tuple[ImageToCopy, ...]
    """Images that the target already had, with their tags and referrers."""

    failures: tuple[CopyFailure, ...]
    """Images that could not be copied. Calling again copies them."""

    dry_run: bool
    """Whether nothing was copied; then `copied` has what would be."""

    seconds: float
    """How long it took."""

    jobs: tuple[CopyJob, ...] = ()
    """After a dry run: one independent job for each image in `copied`, to run here or in other processes, in this order.
    Images that together have all shared layers come first.
    """

    def __repr__(self) -> str:
        return f"CopyReport({self.summary})"

    def __table__(self) -> Table:
        word = "skip" if self.dry_run else "skipped"
        rows = [each.__table_row__() for each in self.failures]
        rows += [each.__table_row__() for each in self.copied]
        rows += [{"": word, **_row(each)} for each in self.skipped]
        return Table(rows, self.summary)

    @property
    def moved_tags(self) -> tuple[MovedTag, ...]:
        """Tags that pointed to another image in the target before."""
        return tuple(tag for each in self.copied for tag in each.planned.moved)

    @property
    def bytes_sent(self) -> int:
        """Bytes of the layers and configs that were sent."""
        return sum(each.report.bytes_sent for each in self.copied if each.report is not None)

    @property
    def summary(self) -> str:
        """The numbers in one line."""
        return ", ".join(self._numbers())

    def raise_on_failure(self) -> None:
        """Raise an error if an image could not be copied.

        Raises:
            BatchFailedError: Images could not be copied; its `errors` say why.
        """
        if self.failures:
            errors = [each.error for each in self.failures]
            raise BatchFailedError(errors, succeeded=len(self.copied) + len(self.skipped)) from errors[0]

    def _numbers(self) -> Iterator[str]:
        count = len(self.copied)
        images = f"{count} image{'' if count == 1 else 's'}"
        if self.dry_run:
            yield f"{images} would be copied"
        else:
            yield f"{images} copied ({Size(self.bytes_sent)})"
        yield f"{len(self.skipped)} already in the target"
        if count := len(self.moved_tags):
            yield f"{count} tag{'' if count == 1 else 's'} moved"
        if count := len(self.failures):
            yield f"{count} failed"
        if not self.dry_run:
            yield f"in {self.seconds:.1f} s"


def _row(image: ImageToCopy) -> Mapping[str, object]:
    return {"image": image.digest, "tags": image.tags}
