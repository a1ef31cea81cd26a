"""The service's own examples: typed requests say on the wire what the examples say, and their answers read typed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecrkit import Registry, models
from ecrkit.models import OPERATIONS, Request, Response
from ecrkit.policy import PolicyDocument
from ecrkit.testing import FakeTransport

MODEL = Path(__file__).parents[2] / "codegen/model"
EXAMPLES: dict[str, list[dict[str, Any]]] = json.loads((MODEL / "examples-1.json").read_text())["examples"]

# What one would write with ecrkit in place of each example, and what one looks at in the answer.
REQUESTS: dict[str, Request[Response]] = {
    "BatchDeleteImage": models.BatchDeleteImageRequest(
        repository_name="ubuntu", image_ids=[models.ImageIdentifier(image_tag="precise")]
    ),
    "BatchGetImage": models.BatchGetImageRequest(
        repository_name="ubuntu", image_ids=[models.ImageIdentifier(image_tag="precise")]
    ),
    "CreateRepository": models.CreateRepositoryRequest(repository_name="project-a/nginx-web-app"),
    "DeleteRepository": models.DeleteRepositoryRequest(repository_name="ubuntu", force=True),
    "DeleteRepositoryPolicy": models.DeleteRepositoryPolicyRequest(repository_name="ubuntu"),
    "DescribeRepositories": models.DescribeRepositoriesRequest(),
    "GetRepositoryPolicy": models.GetRepositoryPolicyRequest(repository_name="ubuntu"),
    "ListImages": models.ListImagesRequest(repository_name="ubuntu"),
}
SEEN: dict[str, Callable[[Any], object]] = {
    "BatchDeleteImage": lambda answer: answer.image_ids[0].image_tag == "precise",
    "BatchGetImage": lambda answer: answer.images[0].image_manifest.startswith('{\n "schemaVersion": 1'),
    "CreateRepository": lambda answer: answer.repository.repository_name == "project-a/nginx-web-app",
    "DeleteRepository": lambda answer: answer.repository.registry_id == "012345678901",
    "DeleteRepositoryPolicy": lambda answer: answer.policy_text == "{ ... }",
    "DescribeRepositories": lambda answer: (
        [each.repository_name for each in answer.repositories] == ["ubuntu", "test"]
    ),
    "GetRepositoryPolicy": lambda answer: PolicyDocument.parse(answer.policy_text).problems() == (),
    "ListImages": lambda answer: answer.image_ids[0].image_digest.startswith("sha256:764f63476bdf"),
}

# What the resources make of the same answers.
METHODS: dict[str, tuple[Callable[[Registry], Any], object]] = {
    "CreateRepository": (
        lambda r: r.create_repository("project-a/nginx-web-app").arn,
        "arn:aws:ecr:us-west-2:012345678901:repository/project-a/nginx-web-app",
    ),
    "DeleteRepository": (lambda r: r.repository("ubuntu").delete(force=True), None),
    "DeleteRepositoryPolicy": (lambda r: r.repository("ubuntu").policy.delete(), None),
    "DescribeRepositories": (lambda r: [each.name for each in r.repositories()], ["ubuntu", "test"]),
    "GetRepositoryPolicy": (
        lambda r: r.repository("ubuntu").policy.get(),
        PolicyDocument.parse(EXAMPLES["GetRepositoryPolicy"][0]["output"]["policyText"]),
    ),
}

every_example = pytest.mark.parametrize(
    ("operation", "example"),
    [(operation, example) for operation, several in EXAMPLES.items() for example in several],
    ids=[example["id"] for several in EXAMPLES.values() for example in several],
)


@every_example
def test_a_typed_request_says_what_the_example_says(operation: str, example: dict[str, Any]) -> None:
    assert REQUESTS[operation].to_wire() == example["input"]


@every_example
def test_the_input_of_the_example_is_understood(operation: str, example: dict[str, Any]) -> None:
    assert OPERATIONS[operation](**example["input"]) == REQUESTS[operation]


@every_example
def test_the_output_of_the_example_is_read_typed(operation: str, example: dict[str, Any]) -> None:
    fake = FakeTransport(json.dumps(example["output"]).encode())

    answer = Registry(fake).client.send(REQUESTS[operation])

    assert SEEN[operation](answer)
    assert answer.model_dump(by_alias=True, exclude_unset=True) == example["output"]


@pytest.mark.parametrize("operation", METHODS)
def test_a_method_makes_of_the_example_what_one_would_expect(operation: str) -> None:
    [example] = EXAMPLES[operation]
    fake = FakeTransport(json.dumps(example["output"]).encode())
    method, expected = METHODS[operation]

    assert method(Registry(fake)) == expected
    assert fake.requests[0].to_wire() == example["input"]
