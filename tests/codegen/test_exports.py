"""The lists of a lazy package follow from its imports."""

from codegen.exports import with_exports

PACKAGE = '''"""A package."""

from typing import TYPE_CHECKING

from some._lazy import lazy as _lazy
from some._version import __version__

if TYPE_CHECKING:
    from some import inner
    from some import optional as optional
    from some.deep.module import Name, other
'''


def lists_of(text: str) -> dict[str, object]:
    generated = with_exports(text, "some")[len(text) :].rpartition("if not TYPE_CHECKING")[0]
    found: dict[str, object] = {}
    exec(generated, found)
    return {name: found[name] for name in ("__all__", "_HOMES")}


def test_each_name_has_the_module_that_it_is_imported_from() -> None:
    assert lists_of(PACKAGE)["_HOMES"] == {
        "inner": "",
        "optional": "",
        "Name": "deep.module",
        "other": "deep.module",
    }


def test_a_star_import_takes_every_name_but_those_of_an_extra() -> None:
    listed = lists_of(PACKAGE)["__all__"]

    assert listed == ["Name", "__version__", "inner", "other"]


def test_what_was_generated_before_is_replaced() -> None:
    once = with_exports(PACKAGE, "some")

    assert with_exports(once, "some") == once
