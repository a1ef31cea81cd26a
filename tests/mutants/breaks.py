"""The small ways in which code is broken: what stands in a syntax tree, and what it is replaced with."""

import ast
from collections.abc import Iterator
from copy import copy
from typing import Any, cast

_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult, ast.Mod: ast.Add, ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
_NOT_BEHAVIOUR = {"annotation", "returns", "decorator_list", "bases", "type_params"}
_FOR_TYPES = {"TypeVar", "cast", "overload", "get_logger"}
_THROUGH = {"sorted", "reversed", "min", "max", "set", "frozenset", "list", "tuple", "iter", "copy", "bool"}
_PLAIN_METHODS = {"lower", "upper", "strip", "rstrip", "lstrip", "copy", "resolve", "absolute"}


def breaks(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Break the tree in one way after the other. It stays broken while one looks at the line and the words given out."""
    for parent, field, index, node, line in _places(tree, 0):
        held = getattr(parent, field)
        for new in _variants(node):
            setattr(parent, field, new if index is None else [*held[:index], new, *held[index + 1 :]])
            ast.fix_missing_locations(tree)
            yield line, f"{_shown(node)}  ->  {_shown(new, node)}"
        setattr(parent, field, held)


def _places(parent: ast.AST, line: int) -> Iterator[tuple[ast.AST, str, int | None, ast.AST, int]]:
    for field, value in ast.iter_fields(parent):
        if field in _NOT_BEHAVIOUR:
            continue
        nodes: list[tuple[int | None, object]] = (
            list(enumerate(cast("list[object]", value))) if isinstance(value, list) else [(None, value)]
        )
        for index, node in nodes:
            if isinstance(node, ast.AST):
                here = getattr(node, "lineno", line)
                yield parent, field, index, node, here
                if not _is_for_people_or_types(node):
                    yield from _places(node, here)


def _is_for_people_or_types(node: ast.AST) -> bool:
    match node:
        case ast.Raise() | ast.Expr(ast.Constant()):
            return True
        case ast.JoinedStr(values):
            return any(isinstance(each, ast.Constant) and " " in str(each.value) for each in values)
        case ast.Call(ast.Name(name)):
            return name in _FOR_TYPES
        case ast.If(ast.Name("TYPE_CHECKING")) | ast.Assign([ast.Name("__all__" | "__slots__")]):
            return True
        case _:
            return False


def _variants(node: ast.AST) -> Iterator[ast.AST]:  # noqa: C901, PLR0912 -- a table, one kind of break after the other
    match node:
        case ast.Compare(ops=ops):
            for index, op in enumerate(ops):
                yield _with(node, ops=[*ops[:index], _SWAPS[type(op)](), *ops[index + 1 :]])
        case ast.BoolOp(values=values):
            for index in range(len(values)):
                left = values[:index] + values[index + 1 :]
                yield left[0] if len(left) == 1 else _with(node, values=left)
        case ast.MatchOr(patterns):
            for index in range(len(patterns)):
                rest = patterns[:index] + patterns[index + 1 :]
                yield rest[0] if len(rest) == 1 else _with(node, patterns=rest)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.IfExp(_, body, orelse):
            yield from (body, orelse)
        case ast.If(ast.Name("TYPE_CHECKING")):
            pass
        case ast.If():
            yield from (_with(node, test=ast.Constant(value)) for value in (True, False))
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value) | float(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(str(value)) if value and " " not in value:
            yield ast.Constant(f"x{value}")
        case ast.Constant(bytes(value)) if value:
            yield ast.Constant(b"x" + value)
        case ast.BinOp(op=op) if type(op) in _SWAPS:
            yield _with(node, op=_SWAPS[type(op)]())
        case ast.Return(value) if value is not None and not (
            isinstance(value, ast.Constant) and value.value is None
        ):
            yield ast.Return(ast.Constant(None))
        case ast.Raise() | ast.AugAssign() | ast.Delete() | ast.Break() | ast.Continue() | ast.Return():
            yield ast.Pass()
        case ast.Expr(ast.Call() | ast.Await() | ast.Yield()) | ast.Assign(
            [ast.Attribute() | ast.Subscript()]
        ):
            yield ast.Pass()
        case ast.Call(ast.Name(name), [first, *_]) if name in _THROUGH:
            yield first
        case ast.Call(ast.Attribute(value, name), [], []) if name in _PLAIN_METHODS:
            yield value
        case ast.Call(keywords=[_, *_] as keywords) if not _is_for_people_or_types(node):
            for index, keyword in enumerate(keywords):
                if keyword.arg is not None:
                    yield _with(node, keywords=keywords[:index] + keywords[index + 1 :])
        case ast.ExceptHandler(body=body, type=kind):
            if not isinstance(body[0], ast.Raise):
                yield _with(node, body=[ast.Raise()])
            if isinstance(kind, ast.Tuple):
                for index in range(len(kind.elts)):
                    yield _with(node, type=_with(kind, elts=kind.elts[:index] + kind.elts[index + 1 :]))
        case ast.comprehension(ifs=[_, *_] as ifs):
            for index in range(len(ifs)):
                yield _with(node, ifs=ifs[:index] + ifs[index + 1 :])
        case _:
            pass


def _with(node: ast.AST, **fields: object) -> Any:
    changed = copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _shown(node: ast.AST, before: ast.AST | None = None) -> str:
    if isinstance(node, ast.Call) and isinstance(before, ast.Call) and node.func is before.func:
        return f"without {', '.join(str(word.arg) for word in before.keywords if word not in node.keywords)}="
    text = ast.unparse(node).strip().split("\n")[0]
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


_LONGEST = 90
