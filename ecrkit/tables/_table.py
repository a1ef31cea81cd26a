"""`Table`: rows under headings, as text for a terminal, as HTML for a notebook, and for rich. Sends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ecrkit.errors import InvalidInputError

if TYPE_CHECKING:
    from rich.console import ConsoleRenderable

    from ecrkit.tables._tabular import Displayed


def table(things: Iterable[object] | Row | Displayed) -> Table:
    """Return a table of listed items, plans or findings, for `print`, notebooks and `rich.print`.

    A listing is read to its end; pass `limit` if it may be long.

    Example:
        >>> print(table(repository.images(limit=10)))
        >>> rich.print(table(image.findings(min_severity="HIGH")))

    Args:
        things: Repositories and images that ECR described, findings, models of `ecrkit.models`, the rules and decisions of a
            lifecycle policy, verdicts of a plan, or anything else that is a `Row`; or a plan or a preview as a whole.

    Raises:
        InvalidInputError: These objects have no rows; a handle, for example, only has a name.
    """
    from ecrkit.tables._tabular import Displayed, Tabular  # noqa: PLC0415 -- it imports this module

    if isinstance(things, Tabular):
        return things.__table__()
    if isinstance(things, Row):
        return Table([things.__table_row__()])
    if isinstance(things, Displayed):
        return things.__table__()
    if not isinstance(things, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] -- for untyped callers
        raise _no_row(things)
    return Table([_row(each) for each in things])


@runtime_checkable
class Row(Protocol):
    """What `table` can show in lists: anything with a method `__table_row__`, which returns the values by heading."""

    def __table_row__(self) -> Mapping[str, object]:
        """Return the values by heading. Cells without a value are empty."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Rows under headings, with an optional note below. Everything from the service is shown as plain text.

    Control characters are escaped; nothing is interpreted as HTML or as markup of rich. Digests and long texts are
    shortened; HTML has them in full as titles.

    Example:
        >>> shown = table(repository.images())
        >>> print(shown)
        >>> Path("images.html").write_text(shown.to_html())
    """

    rows: Sequence[Mapping[str, object]]
    """The values by heading. A heading without values is not shown."""

    note: str = ""
    """Note below the rows."""

    def __str__(self) -> str:
        from ecrkit.tables._drawing import as_text  # noqa: PLC0415 -- few programs draw tables

        return as_text(self)

    __repr__ = __str__  # show the table in a console

    def to_html(self) -> str:
        """Return the table as HTML for a notebook, a mail or a report, styled by the surrounding page."""
        from ecrkit.tables._drawing import as_html  # noqa: PLC0415 -- few programs draw tables

        return as_html(self)

    def _repr_html_(self) -> str:
        return self.to_html()

    def __rich__(self) -> ConsoleRenderable:
        from ecrkit.tables._drawing import as_rich  # noqa: PLC0415 -- few programs draw tables

        return as_rich(self)


def _row(thing: object) -> Mapping[str, object]:
    if not isinstance(thing, Row):
        raise _no_row(thing)
    return thing.__table_row__()


def _no_row(thing: object) -> InvalidInputError:
    return InvalidInputError(
        f"A table cannot show {type(thing).__name__}: pass repositories or images that ECR described, findings, models, "
        "or a plan. To show a handle, pass the result of its `describe()`"
    )
