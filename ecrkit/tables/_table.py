"""`Table`: rows under headings, as text for a terminal, as HTML for a notebook, and as rich draws it. Asks nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ecrkit.errors import InvalidInputError

if TYPE_CHECKING:
    from rich.console import ConsoleRenderable

    from ecrkit.tables._tabular import Displayed


def table(things: Iterable[object] | Row | Displayed) -> Table:
    """Make a table of what was listed, planned or found. It is shown by `print`, by a notebook and by `rich.print`.

    A listing is read to its end; give it a `limit` if it may be long.

    Example:
        >>> print(table(repository.images(limit=10)))
        >>> rich.print(table(image.findings(min_severity="HIGH")))

    Args:
        things: Repositories and images that ECR described, findings, models of `ecrkit.models`, the rules and decisions of a
            lifecycle policy, verdicts of a plan, or anything else that is a `Row`; or a plan or a preview as a whole.

    Raises:
        InvalidInputError: These things have no rows: a handle, for example, knows nothing but its name.
    """
    from ecrkit.tables._tabular import Displayed, Tabular  # noqa: PLC0415 -- it imports this module

    if isinstance(things, Tabular):
        return things.__table__()
    if isinstance(things, Row):
        return Table([things.__table_row__()])
    if isinstance(things, Displayed):
        return things.__table__()
    if not isinstance(things, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] -- callers without types
        raise _no_row(things)
    return Table([_row(each) for each in things])


@runtime_checkable
class Row(Protocol):
    """What `table` can show in lists: anything with a method `__table_row__`, which gives the values by their headings."""

    def __table_row__(self) -> Mapping[str, object]:
        """Give the values. Where other rows have no value under a heading, it is empty there."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Rows under headings, and a line below them. What the service sent is shown as text, and does nothing else.

    Characters that could command a terminal are written as their escapes; nothing is taken for HTML, nor for the markup of
    rich. Digests and long texts are shortened; HTML has the whole of them as titles.

    Example:
        >>> shown = table(repository.images())
        >>> print(shown)
        >>> Path("images.html").write_text(shown.to_html())
    """

    rows: Sequence[Mapping[str, object]]
    """The values by their headings. A heading without any value is not shown."""

    note: str = ""
    """Stands below the rows."""

    def __str__(self) -> str:
        from ecrkit.tables._drawing import as_text  # noqa: PLC0415 -- few programs draw tables

        return as_text(self)

    __repr__ = __str__  # in a console, the table is what one wants to see

    def to_html(self) -> str:
        """Write the table as HTML for a notebook, a mail or a report. Its look is that of the page it comes into."""
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
        f"A table cannot show {type(thing).__name__}: give it repositories or images that ECR described, findings, models, "
        "or a plan. What `describe()` gives of a handle can be shown"
    )
