"""Every operation, with random values, between our models and botocore's own reader and writer."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.model import ServiceModel
from botocore.parsers import JSONParser
from botocore.serialize import JSONSerializer
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from codegen import overrides, service
from codegen.service import MODEL
from ecrkit.models import OPERATIONS
from tests.models.strategies import Shapes, a_few_examples

SERVICE = service.load()
ALWAYS = dict(overrides.load(SERVICE).always)
BOTOCORE: Any = ServiceModel(json.loads((MODEL / "service-2.json").read_text("utf-8")), "ecr")
PARSER: Any = JSONParser()
SERIALIZER: Any = JSONSerializer()
VALIDATOR: Any = ParamValidator()

REQUESTS = Shapes(SERVICE)
ANSWERS = Shapes(SERVICE, ALWAYS)
ANSWERS_OF_TOMORROW = Shapes(SERVICE, ALWAYS, unknown=True)

every_operation = pytest.mark.parametrize("name", OPERATIONS)


@every_operation
@a_few_examples
@given(data=st.data())
def test_a_valid_request_is_one_for_botocore_too(name: str, data: st.DataObject) -> None:
    parameters = data.draw(REQUESTS.of(SERVICE.operations[name].input))
    operation = BOTOCORE.operation_model(name)

    wire = OPERATIONS[name](**parameters).to_wire()

    assert wire == parameters
    assert not VALIDATOR.validate(wire, operation.input_shape).has_errors()


@every_operation
@a_few_examples
@given(data=st.data())
def test_what_botocore_sends_reads_as_the_same_request(name: str, data: st.DataObject) -> None:
    request = OPERATIONS[name](**data.draw(REQUESTS.of(SERVICE.operations[name].input)))

    sent = SERIALIZER.serialize_to_request(request.to_wire(), BOTOCORE.operation_model(name))["body"]

    assert type(request).model_validate_json(sent) == request


@every_operation
@a_few_examples
@given(data=st.data())
def test_the_json_of_a_request_is_what_botocore_sends(name: str, data: st.DataObject) -> None:
    request = OPERATIONS[name](**data.draw(REQUESTS.of(SERVICE.operations[name].input)))

    sent = SERIALIZER.serialize_to_request(request.to_wire(), BOTOCORE.operation_model(name))["body"]

    assert json.loads(request.model_dump_json(by_alias=True, exclude_none=True)) == json.loads(sent)


@every_operation
@a_few_examples
@given(data=st.data())
def test_an_answer_reads_as_botocore_reads_it(name: str, data: st.DataObject) -> None:
    body = json.dumps(data.draw(ANSWERS.of(SERVICE.operations[name].output))).encode()

    response = OPERATIONS[name].response_type.model_validate_json(body)

    assert response.model_dump(by_alias=True, exclude_unset=True) == parsed_by_botocore(name, body)


@every_operation
@a_few_examples
@given(data=st.data())
def test_an_answer_of_tomorrow_survives_a_round_trip(name: str, data: st.DataObject) -> None:
    answer = data.draw(ANSWERS_OF_TOMORROW.of(SERVICE.operations[name].output))

    response = OPERATIONS[name].response_type.model_validate_json(json.dumps(answer))

    assert json.loads(response.model_dump_json(by_alias=True, exclude_unset=True)) == answer


def parsed_by_botocore(name: str, body: bytes) -> Mapping[str, Any]:
    shape = BOTOCORE.operation_model(name).output_shape
    parsed = PARSER.parse({"body": body, "headers": {}, "status_code": 200}, shape)
    del parsed["ResponseMetadata"]
    return dict(parsed)
