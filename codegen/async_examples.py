"""Examples in docstrings, with `await` where the async variant needs it."""

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_PROMPT = re.compile(r"^(\s*)(>>>|\.\.\.) ?(.*)$")


@dataclass(frozen=True)
class Examples:
    """Rewrites examples.

    Args:
        awaited: Names of the methods that are awaited.
        listings: Names of the methods that return something for `async for`.
    """

    awaited: Collection[str]
    listings: Collection[str]

    def code(self, code: str) -> str:
        """Rewrite a few lines of Python."""
        tree = ast.parse(code)
        # From the end, and at one place the inner before the outer, whose text then stands before it.
        numbered = [
            (line, column, number, length, text)
            for number, (line, column, length, text) in enumerate(self._edits(tree))
        ]
        lines = code.splitlines()
        for line, column, _, length, text in sorted(numbered, reverse=True):
            before = lines[line - 1].encode()
            lines[line - 1] = (before[:column] + text.encode() + before[column + length :]).decode()
        return "\n".join(lines)

    def docstring(self, text: str) -> str:
        """Rewrite the examples of a docstring."""
        done: list[str] = []
        block: list[re.Match[str]] = []

        def flush() -> None:
            if block:
                code = self.code("\n".join(each[3] for each in block))
                done.extend(
                    f"{each[1]}{each[2]} {line}".rstrip()
                    for each, line in zip(block, code.splitlines(), strict=True)
                )
                block.clear()

        for line in text.splitlines():
            if (found := _PROMPT.match(line)) is None:
                flush()
                done.append(line)
            else:
                block.append(found)
        flush()
        return "\n".join(done)

    def _edits(self, tree: ast.Module) -> Iterator[tuple[int, int, int, str]]:
        """Return what to replace: line, column, length and text; outer expressions first."""
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.For) and self._is_listing(node.iter):
                yield node.lineno, node.col_offset, 0, "async "
            elif isinstance(node, ast.comprehension) and self._is_listing(node.iter):
                yield node.target.lineno, node.target.col_offset - len("for "), 0, "async "
            elif isinstance(node, ast.Call) and not isinstance(parents[node], ast.Await):
                yield from self._call(node, parents[node])

    def _call(self, node: ast.Call, parent: ast.AST) -> Iterator[tuple[int, int, int, str]]:
        if isinstance(node.func, ast.Name):
            if node.func.id == "Registry":
                yield node.lineno, node.col_offset, 0, "await Async"
                yield from self._at_end(node, ".open()")
            return
        if not isinstance(node.func, ast.Attribute):
            return
        name = node.func.attr
        if ast.unparse(node.func) == "Registry.from_uri":
            yield node.lineno, node.col_offset, 0, "await Async"
            yield from self._at_end(node, ".open()")
        elif name in self.awaited or name == "wait":
            is_used = isinstance(parent, ast.Attribute | ast.Subscript)
            yield node.lineno, node.col_offset, 0, "(await " if is_used else "await "
            if is_used:
                yield from self._at_end(node, ")")
            if name == "wait":
                start = (node.func.end_col_offset or 0) - len(name)
                yield node.func.end_lineno or 0, start, len(name), "wait_async"

    def _is_listing(self, node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in self.listings
        )

    @staticmethod
    def _at_end(node: ast.Call, text: str) -> Iterator[tuple[int, int, int, str]]:
        yield node.end_lineno or 0, node.end_col_offset or 0, 0, text
