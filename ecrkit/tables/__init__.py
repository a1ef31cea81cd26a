"""Tables, and plain values for pandas and CSV files, from what ECR returned. Nothing is sent."""

from typing import TYPE_CHECKING

from ecrkit._lazy import lazy as _lazy

if TYPE_CHECKING:
    from ecrkit.tables._records import Plain, Recorded, to_records
    from ecrkit.tables._rows import Rows
    from ecrkit.tables._size import Size
    from ecrkit.tables._table import Row, Table, table
    from ecrkit.tables._tabular import Displayed, Tabular, card

# Generated from the imports above by `make codegen`. Do not edit below.
__all__ = [
    "Displayed",
    "Plain",
    "Recorded",
    "Row",
    "Rows",
    "Size",
    "Table",
    "Tabular",
    "card",
    "table",
    "to_records",
]

_HOMES = {
    "Displayed": "_tabular",
    "Plain": "_records",
    "Recorded": "_records",
    "Row": "_table",
    "Rows": "_rows",
    "Size": "_size",
    "Table": "_table",
    "Tabular": "_tabular",
    "card": "_tabular",
    "table": "_table",
    "to_records": "_records",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = _lazy(__name__, _HOMES)
