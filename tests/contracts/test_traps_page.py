"""The page of traps says of each what happens, how that is known, and what ecrkit does about it."""

from tests.contracts.house import PROJECT

ROWS = [
    line.replace("\\|", "/").strip("|").split("|")
    for line in (PROJECT / "docs/traps.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| ---")
]


def test_every_row_has_its_three_cells() -> None:
    assert len(ROWS) > 50
    assert [cells for cells in ROWS if len(cells) != 3 or not all(map(str.strip, cells))] == []
