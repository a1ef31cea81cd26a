"""The models together: all there, all buildable, all reachable by name."""

import ast
import inspect
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import BaseModel

import ecrkit.models
from codegen import service
from codegen.naming import OURS
from ecrkit.models import OPERATIONS, OpenEnum, PagedRequest, PagedResponse, Request, Response, Shape
from ecrkit.models import _scalars as scalars
from ecrkit.models._limits import Pattern

SERVICE = service.load()
PUBLIC: dict[str, object] = {name: getattr(ecrkit.models, name) for name in ecrkit.models.__all__}
SHAPES = [each for each in PUBLIC.values() if isinstance(each, type) and issubclass(each, Shape)]
BASES = (Shape, Response, Request, PagedResponse, PagedRequest)


def test_every_operation_of_the_service_has_a_request() -> None:
    assert list(OPERATIONS) == sorted(SERVICE.operations)


def test_each_structure_is_a_model_or_an_error() -> None:
    structures = {name for name, shape in SERVICE.shapes.items() if shape.is_structure}
    exceptions = {shape.name for shape in SERVICE.exceptions()}

    assert structures - exceptions == {each.__name__ for each in SHAPES if each not in BASES}


def test_each_enum_has_its_values() -> None:
    modelled = {name: shape.values for name, shape in SERVICE.shapes.items() if shape.is_enum}
    ours = {
        name: tuple(member.value for member in each)
        for name, each in PUBLIC.items()
        if isinstance(each, type) and issubclass(each, OpenEnum) and each is not OpenEnum
    }

    assert ours == modelled


def test_no_forward_reference_is_broken() -> None:
    assert all(each.model_rebuild(force=True) for each in SHAPES)


def test_everything_public_is_exported_once() -> None:
    names = ecrkit.models.__all__
    found = {name: getattr(ecrkit.models, name) for name in names}  # each is imported with its first use
    bound = {
        name
        for name in dir(ecrkit.models)
        if not name.startswith("_") and not isinstance(getattr(ecrkit.models, name), ModuleType)
    }

    assert len(names) == len(found)
    assert set(found) == bound - {"TYPE_CHECKING", "lazy"}


def test_every_field_is_called_as_the_service_calls_it() -> None:
    for each in SHAPES:
        shape = SERVICE.shapes.get(each.__name__)
        if shape is not None:
            aliases = {field.serialization_alias for field in each.model_fields.values()}

            assert aliases == {member.name for member in shape.members}, each


def test_every_field_has_words_under_it() -> None:
    for path in sorted(Path(ecrkit.models.__path__[0]).glob("[!_]*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                assert ast.get_docstring(node), node.name
                after = dict(zip(node.body, node.body[1:], strict=False))
                for field in (each for each in node.body if isinstance(each, ast.AnnAssign)):
                    words = after.get(field)

                    assert isinstance(words, ast.Expr), f"{node.name}: {ast.unparse(field)}"
                    assert isinstance(words.value, ast.Constant), f"{node.name}: {ast.unparse(field)}"


def test_the_generator_knows_every_name_that_fields_must_not_hide() -> None:
    ours = {name for base in BASES for name in {**vars(base), **inspect.get_annotations(base)}}
    pydantic = set(dir(BaseModel)) | {"model_config", "model_fields"}

    public = {name for name in ours - pydantic if not name.startswith("_")}

    assert public - {"next_token", "max_results"} == OURS


def test_requests_are_one_class_each() -> None:
    assert Request[Response] is Request


PATTERNS = {
    name: each
    for name, alias in vars(scalars).items()
    for each in getattr(alias, "__metadata__", ())
    if isinstance(each, Pattern)
}


@pytest.mark.timeout(5)
@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize(
    "text", ["a" * 250 + "!", "a_" * 120 + "!", "a/" * 120 + "!", "-" * 250 + "!", "a-" * 120 + "\n"]
)
def test_no_pattern_takes_time_without_end(name: str, text: str) -> None:
    assert name == "Base64" or PATTERNS[name].problem(text) is not None


def test_the_rewritten_pattern_means_what_the_model_means() -> None:
    original = Pattern(str(SERVICE.shapes["ScanningRepositoryFilterValue"].pattern))
    ours = PATTERNS["ScanningRepositoryFilterValue"]
    letters = "a*./-_A"
    words = ["".join(word) for length in range(6) for word in _words(letters, length)]

    assert [word for word in words if (original.problem(word) is None) != (ours.problem(word) is None)] == []


def _words(letters: str, length: int) -> list[str]:
    return [""] if length == 0 else [rest + each for rest in _words(letters, length - 1) for each in letters]
