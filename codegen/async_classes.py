"""The source of `ecrkit/aio/`: an async variant of each class in `async.toml`, made from the source of `ecrkit/resources/`.

A method that may block becomes `async def` with the same parameters and calls the original in a thread; attributes and
properties pass through. What they return is wrapped: `Image` in `AsyncImage`, `Items` in `AsyncItems`.
"""

import ast
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from codegen import output
from codegen.async_examples import Examples
from codegen.async_types import Unconvertible, Wrapping
from codegen.overrides import OverrideError

TABLE = Path(__file__).parent / "async.toml"
PACKAGE = Path("ecrkit/aio")
HEADER = f"{output.MARK}`ecrkit/resources` by `make codegen`. Do not edit."
_OPENING = frozenset({"close"})  # which `Opening` has
_CREATION = frozenset({"__init__", "from_uri"})
_LATER = "Nothing is created before `open()` or `async with`, which raise the errors of these parameters."
_LISTINGS = frozenset({"Items", "ImageListing", "Waiter"})
_AREAS = "_area"
_SHOWN = frozenset({"Displayed", "Tabular"})
_DISPLAY = frozenset({"__table_row__", "__table__"})

Function = ast.FunctionDef


@dataclass(frozen=True)
class Decisions:
    """What `async.toml` says."""

    classes: Mapping[str, list[str]]
    sends_nothing: Mapping[str, list[str]]
    sends_before_listing: Mapping[str, list[str]]
    attributes: Mapping[str, str]
    examples: Mapping[str, str]


@dataclass(frozen=True)
class Attribute:
    """An attribute of an object, with the type that it is declared with."""

    name: str
    annotation: str | None
    about: str | None


@dataclass
class Class:
    """A class of `ecrkit.resources`."""

    module: str
    node: ast.ClassDef
    bases: "list[Class]"
    """Its bases in `ecrkit.resources`."""

    @property
    def name(self) -> str:
        return self.node.name

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Its public methods and properties."""
        found = [each for each in self.node.body if isinstance(each, Function)]
        return {each.name: each for each in found if not each.name.startswith("_")}

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """Its public attributes: those declared in the class, and those set in `__init__`."""
        found = {each.name: each for each in _declared(self.node.body)}
        for node in self.node.body:
            if isinstance(node, Function) and node.name == "__init__":
                found |= {each.name: each for each in _assigned(node)}
        return found


@dataclass
class AsyncClasses:
    """Reads the classes, and writes their async variants."""

    root: Path
    decisions: Decisions

    def files(self) -> dict[Path, str]:
        """Return the text of each file by its path in the project; line breaks and unused imports are left to ruff.

        Raises:
            OverrideError: An entry of `async.toml` fits nothing, or one is missing.
        """
        if problems := list(self._problems()):
            raise OverrideError("async.toml: " + "; ".join(problems))
        return {PACKAGE / f"{module}.py": self._module(module) for module in self.decisions.classes}

    @cached_property
    def names(self) -> frozenset[str]:
        """The classes that have an async variant."""
        return frozenset(name for names in self.decisions.classes.values() for name in names)

    @cached_property
    def _trees(self) -> dict[str, ast.Module]:
        folder = self.root / "ecrkit" / "resources"
        modules = [*self.decisions.classes, _AREAS]
        return {name: ast.parse((folder / f"{name}.py").read_text("utf-8")) for name in modules}

    @cached_property
    def _classes(self) -> dict[str, Class]:
        nodes = {
            node.name: (module, node)
            for module, tree in self._trees.items()
            for node in tree.body
            if isinstance(node, ast.ClassDef)
        }
        made: dict[str, Class] = {}

        def make(name: str) -> Class:
            if name not in made:
                module, node = nodes[name]
                bases = [make(base) for each in node.bases if (base := ast.unparse(each)) in nodes]
                made[name] = Class(module, node, bases)
            return made[name]

        return {name: make(name) for name in nodes}

    @cached_property
    def _awaited(self) -> frozenset[str]:
        """The names of the methods that are awaited."""
        return frozenset(
            name
            for each in self.names & self._classes.keys()
            for name, function in self._members(self._classes[each])[1].items()
            if self._is_awaited(self._classes[each], function)
        )

    @cached_property
    def _listings(self) -> frozenset[str]:
        return frozenset(
            name
            for each in self.names & self._classes.keys()
            for name, function in self._members(self._classes[each])[1].items()
            if _head(function.returns) in {"Items", "ImageListing", "Iterator"}
        )

    @cached_property
    def _examples(self) -> Examples:
        return Examples(self._awaited, self._listings)

    def _problems(self) -> Iterator[str]:
        for module, names in self.decisions.classes.items():
            for name in names:
                if name not in self._classes or self._classes[name].module != module:
                    yield f"classes: ecrkit/resources/{module}.py has no {name}"
        for table in ("sends_nothing", "sends_before_listing"):
            entries: Mapping[str, list[str]] = getattr(self.decisions, table)
            for name, methods in entries.items():
                known = self._classes[name].functions if name in self._classes else {}
                yield from (f"{table}: {name} has no {method}" for method in methods if method not in known)
        for name in self.decisions.attributes:
            owner, _, attribute = name.partition(".")
            if owner not in self._classes or attribute not in self._classes[owner].attributes:
                yield f"attributes: there is no {name}"

    def _members(self, each: Class) -> tuple[dict[str, Attribute], dict[str, Function]]:
        """Return the attributes and methods to write: those of bases without an async variant too."""
        attributes: dict[str, Attribute] = {}
        functions: dict[str, Function] = {}
        for base in each.bases:
            if base.name not in self.names:
                inherited = self._members(base)
                attributes |= inherited[0]
                functions |= inherited[1]
        return attributes | each.attributes, functions | each.functions

    def _is_awaited(self, each: Class, function: Function) -> bool:
        if function.name in self.decisions.sends_nothing.get(each.name, []) or _decorators(function):
            return False
        return _head(function.returns) not in _LISTINGS

    def _module(self, module: str) -> str:
        tree = self._trees[module]
        classes = [self._classes[name] for name in self.decisions.classes[module]]
        bodies = [line for each in classes for line in self._class(each)]
        lines = [HEADER, f'"""Async variants of `ecrkit.resources.{module}`."""', _FUTURE]
        lines += ["from typing import TYPE_CHECKING", *_HELPERS]
        at_once = sorted(self._imported_at_once(classes))
        lines += [f"from ecrkit.aio.{self._homes[name]} import Async{name}" for name in at_once]
        lines += [*_needed_by_defaults(tree, classes), "if TYPE_CHECKING:"]
        imports = [*_imports(tree), *_imports(self._trees[_AREAS])]
        lines += [f"    {each}" for each in imports]
        own = [each.name for each in tree.body if isinstance(each, ast.ClassDef)]
        own += [name for each in tree.body if isinstance(each, ast.Assign) for name in _targets(each)]
        lines += [f"    from ecrkit.resources.{module} import {', '.join(own)}"] if own else []
        lines += ["    from ecrkit.aio.reader import AsyncReader"]
        lines += [
            f"    from ecrkit.aio.{self._homes[name]} import Async{name}"
            for name in sorted(self.names - {each.name for each in classes} - self._imported_at_once(classes))
        ]
        return "\n".join([*lines, *bodies]) + "\n"

    def _imported_at_once(self, classes: list[Class]) -> set[str]:
        """Return what the classes of a module are derived from, in other modules."""
        own = {each.name for each in classes}
        bases = {base.name for each in classes for base in each.bases if base.name in self.names}
        return (bases | {item for each in classes if (item := self._item(each)) is not None}) - own

    @staticmethod
    def _item(each: Class) -> str | None:
        """Return the item of a listing of its own class."""
        for base in each.node.bases:
            if isinstance(base, ast.Subscript) and ast.unparse(base.value) == "Items":
                return ast.unparse(base.slice)
        return None

    def _class(self, each: Class) -> Iterator[str]:
        bases = [f"Async{base.name}" for base in each.bases if base.name in self.names]
        item = self._item(each)
        if item is not None:
            bases = [f"AsyncItems[Async{item}]"]
        if each.name == "Registry":
            bases = ["Opening"]
        shown = [name for base in each.node.bases if (name := ast.unparse(base)) in _SHOWN]
        yield f"class Async{each.name}({', '.join([*shown, *(bases or ['Face'])])}):"
        yield from self._docstring(each.node, 4)
        if each.name == "Registry":
            yield from self._creation(each)
        else:
            yield from self._wrapping(each, item, is_derived=bool(bases))
            yield from self._display(each)
        attributes, functions = self._members(each)
        for attribute in attributes.values():
            if attribute.name not in functions:
                yield from self._attribute(each, attribute)
        for function in functions.values():
            if each.name == "Registry" and (function.name in _OPENING or function.name == "from_uri"):
                continue
            yield from self._function(each, function)

    def _wrapping(self, each: Class, item: str | None, *, is_derived: bool) -> Iterator[str]:
        own = f"self._{_snake_case(each.name)}"
        yield f"    def __init__(self, sync: {each.name}) -> None:"
        if item is not None:
            yield f"        super().__init__(sync, Async{item})"
        elif is_derived:
            yield "        super().__init__(sync)"
        yield f"        {own} = sync"
        yield "    @property"
        yield f"    def sync(self) -> {each.name}:"
        yield '        """The same object for blocking code."""'
        yield f"        return {own}"

    @staticmethod
    def _display(each: Class) -> Iterator[str]:
        """Write what displays it as a table."""
        for node in each.node.body:
            if isinstance(node, Function) and node.name in _DISPLAY:
                yield f"    def {node.name}(self) -> {ast.unparse(node.returns or ast.Constant(None))}:"
                yield f"        return self.sync.{node.name}()"

    def _creation(self, each: Class) -> Iterator[str]:
        """Write the two ways to create a registry."""
        [initialiser] = [
            node for node in each.node.body if isinstance(node, Function) and node.name == "__init__"
        ]
        for function, target, name in (
            (initialiser, "super().__init__", "Registry"),
            (each.functions["from_uri"], "Opening.__init__", "Registry.from_uri"),
        ):
            is_method = function is initialiser
            yield from [] if is_method else ["    @classmethod"]
            result = "None" if is_method else "Self"
            yield f"    def {function.name}({ast.unparse(function.args)}) -> {result}:"
            yield from self._docstring(function, 8)
            yield "        def create() -> Registry:"
            yield "            from ecrkit.resources.registry import Registry"
            yield f"            return {name}({_arguments(function)})"
            if is_method:
                yield f"        {target}(create)"
            else:
                yield "        opening = cls.__new__(cls)"
                yield f"        {target}(opening, create)"
                yield "        return opening"

    def _attribute(self, each: Class, attribute: Attribute) -> Iterator[str]:
        annotation = attribute.annotation or self.decisions.attributes.get(f"{each.name}.{attribute.name}")
        if annotation is None:
            raise OverrideError(f"async.toml: attributes: give the type of {each.name}.{attribute.name}")
        about = attribute.about or self._inherited_words(each, attribute.name)
        wrapping = self._wrapped(each, attribute.name, ast.parse(annotation, mode="eval").body)
        yield "    @property"
        yield f"    def {attribute.name}(self) -> {wrapping.annotation}:"
        if about is not None:
            yield f'        """{about}"""'
        yield from (f"        {line}" for line in wrapping.imports)
        yield from (f"        {line}" for line in wrapping.returned(f"self.sync.{attribute.name}"))

    def _inherited_words(self, each: Class, name: str) -> str | None:
        for base in each.bases:
            if name in base.attributes and base.attributes[name].about is not None:
                return base.attributes[name].about
            if (found := self._inherited_words(base, name)) is not None:
                return found
        return None

    def _wrapped(self, each: Class, name: str, annotation: ast.expr | None) -> Wrapping:
        try:
            known = {base.name for base in each.bases} | {self._item(each)}
            known |= {*self.decisions.classes.get(each.module, [])}
            return Wrapping.of(annotation, self._homes, known=known)
        except Unconvertible as error:
            raise OverrideError(f"async.toml: {each.name}.{name}: {error}") from error

    @cached_property
    def _homes(self) -> dict[str, str]:
        return {name: module for module, names in self.decisions.classes.items() for name in names}

    def _function(self, each: Class, function: Function) -> Iterator[str]:
        """Write a method or a property."""
        decorators = _decorators(function)
        original = f"self.sync.{function.name}"
        wrapping = self._wrapped(each, function.name, function.returns)
        parameters, arguments, imports = self._parameters(each, function)
        yield from (f"    @{decorator}" for decorator in decorators)
        is_awaited = self._is_awaited(each, function)
        is_static = "staticmethod" in decorators
        if is_static:
            imports = [*imports, f"from ecrkit.resources.{each.module} import {each.name}"]
            original = f"{each.name}.{function.name}"
        start = "    async def" if is_awaited else "    def"
        yield f"{start} {function.name}({parameters}) -> {wrapping.annotation}:"
        yield from self._docstring(function, 8)
        lines = sorted({*imports, *wrapping.imports})
        yield from (f"        {line}" for line in lines)
        if wrapping.is_iteration:
            iterator = f"lambda: {original}({arguments})" if arguments else original
            yield f"        async for each in iterate({iterator}):"
            yield f"            yield {wrapping.item('each')}"
        elif function.name in self.decisions.sends_before_listing.get(each.name, []):
            yield from (f"        {line}" for line in wrapping.returned(f"lambda: {original}({arguments})"))
        elif is_awaited:
            passed = f", {arguments}" if arguments else ""
            yield from (f"        {line}" for line in wrapping.returned(f"await call({original}{passed})"))
        else:
            called = original if "property" in decorators else f"{original}({arguments})"
            yield from (f"        {line}" for line in wrapping.returned(called))

    def _parameters(self, each: Class, function: Function) -> tuple[str, str, list[str]]:
        """Return the parameters, the arguments to pass on, and the imports for those."""
        arguments = ast.parse(ast.unparse(function)).body[0]
        assert isinstance(arguments, Function)  # noqa: S101 -- a copy
        passed: dict[str, str] = {}
        imports: list[str] = []
        for parameter in [*arguments.args.args, *arguments.args.kwonlyargs]:
            if parameter.annotation is None:
                continue
            names = {node.id for node in ast.walk(parameter.annotation) if isinstance(node, ast.Name)}
            if "ImageName" in names:
                parameter.annotation = ast.parse(
                    "ImageName | AsyncImage | Iterable[ImageName | AsyncImage]", mode="eval"
                ).body
                passed[parameter.arg] = f"image_names({parameter.arg})"
                imports.append("from ecrkit.aio._wrapping import image_names")
            elif handles := names & self.names:
                [handle] = handles
                if ast.unparse(parameter.annotation) != handle:
                    raise OverrideError(
                        f"async.toml: {each.name}.{function.name}: cannot convert {parameter.arg}"
                    )
                parameter.annotation = ast.parse(f"{handle} | Async{handle}", mode="eval").body
                passed[parameter.arg] = (
                    f"{parameter.arg}.sync if isinstance({parameter.arg}, Async{handle}) else {parameter.arg}"
                )
                if self._homes[handle] != each.module:
                    imports.append(f"from ecrkit.aio.{self._homes[handle]} import Async{handle}")
        return ast.unparse(arguments.args), _arguments(arguments, passed), imports

    def _docstring(self, node: ast.ClassDef | Function, indent: int) -> Iterator[str]:
        text = ast.get_docstring(node)
        if text is None:
            return
        margin = " " * indent
        if (example := self.decisions.examples.get(node.name)) is not None:
            code = textwrap.indent(example.strip(), " " * 4)
            text = text.partition("Example:\n")[0] + f"Example:\n{code}"
        elif node.name in _CREATION:
            text = text.partition("\n\nRaises:")[0] + f"\n\n{_LATER}"
        lines = self._examples.docstring(text).splitlines()
        yield f'{margin}"""{lines[0]}'
        yield from (f"{margin}{line}".rstrip() for line in lines[1:])
        yield f'{margin}"""'


def load(path: Path = TABLE) -> Decisions:
    """Read `async.toml`."""
    raw = tomllib.loads(path.read_text("utf-8"))
    return Decisions(
        raw["classes"], raw["sends_nothing"], raw["sends_before_listing"], raw["attributes"], raw["examples"]
    )


def package() -> str:
    """Return the text of the package up to its exports, which `codegen.exports` writes."""
    decisions = load()
    lines = [
        HEADER,
        '"""Async variants of the registry and everything in it, and `call` to await any other function."""',
        "from typing import TYPE_CHECKING",
        "from ecrkit._lazy import lazy as _lazy",
        "if TYPE_CHECKING:",
        "    from ecrkit.aio.calling import call",
        "    from ecrkit.aio.items import AsyncItems",
        "    from ecrkit.aio.reader import AsyncReader",
        *(
            f"    from ecrkit.aio.{module} import {', '.join(f'Async{name}' for name in names)}"
            for module, names in decisions.classes.items()
        ),
    ]
    return "\n".join(lines) + "\n"


_FUTURE = "from __future__ import annotations"
_HELPERS = (
    "from ecrkit.aio._face import Face",
    "from ecrkit.aio._opening import Opening",
    "from ecrkit.aio._wrapping import same",
    "from ecrkit.aio.calling import call, iterate",
    "from ecrkit.aio.items import AsyncItems",
    "from collections.abc import AsyncIterator",
    "from ecrkit.tables import Displayed, Tabular",
)


def _decorators(function: Function) -> list[str]:
    return [ast.unparse(each) for each in function.decorator_list]


def _head(annotation: ast.expr | None) -> str | None:
    """Return the class of an annotation: `Items` of `Items[Finding]`."""
    if annotation is None:
        return None
    return ast.unparse(annotation.value if isinstance(annotation, ast.Subscript) else annotation)


def _arguments(function: Function, passed: Mapping[str, str] | None = None) -> str:
    """Return the arguments that pass on all parameters."""
    passed = passed or {}
    skipped = 0 if "staticmethod" in _decorators(function) else 1
    parts = [passed.get(each.arg, each.arg) for each in function.args.args[skipped:]]
    parts += [f"*{function.args.vararg.arg}"] if function.args.vararg else []
    parts += [f"{each.arg}={passed.get(each.arg, each.arg)}" for each in function.args.kwonlyargs]
    parts += [f"**{function.args.kwarg.arg}"] if function.args.kwarg else []
    return ", ".join(parts)


def _declared(body: list[ast.stmt]) -> Iterator[Attribute]:
    for position, node in enumerate(body):
        if isinstance(node, ast.AnnAssign):
            name = ast.unparse(node.target)
            if not name.startswith("_"):
                yield Attribute(name, ast.unparse(node.annotation), _words_after(body, position))


def _assigned(initialiser: Function) -> Iterator[Attribute]:
    parameters = {
        each.arg: ast.unparse(each.annotation)
        for each in [*initialiser.args.args, *initialiser.args.kwonlyargs]
        if each.annotation is not None
    }
    for position, node in enumerate(initialiser.body):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Attribute):
            continue
        name = node.targets[0].attr
        if not name.startswith("_"):
            value = ast.unparse(node.value)
            yield Attribute(name, parameters.get(value), _words_after(initialiser.body, position))


def _words_after(body: list[ast.stmt], position: int) -> str | None:
    following = body[position + 1] if position + 1 < len(body) else None
    if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
        return str(following.value.value).strip()
    return None


def _imports(tree: ast.Module) -> Iterator[str]:
    """Return the imports of a module, those for type checkers included."""
    for node in ast.walk(ast.Module([each for each in tree.body if not isinstance(each, ast.ClassDef)], [])):
        if isinstance(node, ast.Import | ast.ImportFrom) and ast.unparse(node) != _FUTURE:
            names = [alias.name for alias in node.names]
            wanted = [name for name in names if not name.startswith("_") and name != "TYPE_CHECKING"]
            if isinstance(node, ast.ImportFrom) and wanted:
                yield f"from {node.module} import {', '.join(wanted)}"
            elif wanted:
                yield ast.unparse(node)


def _needed_by_defaults(tree: ast.Module, classes: list[Class]) -> Iterator[str]:
    """Return the imports of names that stand in the defaults of parameters."""
    needed = {
        node.id
        for each in classes
        for function in each.functions.values()
        for default in [*function.args.defaults, *function.args.kw_defaults]
        if default is not None
        for node in ast.walk(default)
        if isinstance(node, ast.Name)
    }
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name in needed:
                    yield f"from {node.module} import {alias.name}"


def _targets(node: ast.Assign) -> Iterator[str]:
    for target in node.targets:
        if isinstance(target, ast.Name) and not target.id.startswith("_"):
            yield target.id


def _snake_case(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name).lstrip("_")
