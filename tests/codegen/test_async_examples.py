"""Examples in docstrings of the async classes."""

import pytest

from codegen.async_examples import Examples

EXAMPLES = Examples({"push", "find", "plan"}, {"images"})


@pytest.mark.parametrize(
    ("blocking", "awaited"),
    [
        ("image = repository.push(source)", "image = await repository.push(source)"),
        ("repository.push(source).digest", "(await repository.push(source)).digest"),
        ("repository.push(source).find()", "await (await repository.push(source)).find()"),
        ("image.scan().wait(timeout=3).counts", "(await image.scan().wait_async(timeout=3)).counts"),
        ("result = await image.scan()", "result = await image.scan()"),
        ("for image in repository.images(): ...", "async for image in repository.images(): ..."),
        ("[each for each in repository.images()]", "[each async for each in repository.images()]"),
        ("registry = Registry()", "registry = await AsyncRegistry().open()"),
        ("repository.name", "repository.name"),
    ],
)
def test_calls_are_awaited(blocking: str, awaited: str) -> None:
    assert EXAMPLES.code(blocking) == awaited


def test_only_examples_are_changed() -> None:
    text = "Call `push()`.\n\nExample:\n    >>> repository.push(\n    ...     1\n    ... )\n    push()"

    assert EXAMPLES.docstring(text) == text.replace(">>> ", ">>> await ")
