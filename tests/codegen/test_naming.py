"""From names of the service to names of Python."""

import pytest

from codegen.naming import ReservedNameError, constant_name, dotted, error_name, field_name, needs_alias


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ("repositoryName", "repository_name"),
        ("awsEcrContainerImage", "aws_ecr_container_image"),
        ("imageSizeInBytes", "image_size_in_bytes"),
        ("Key", "key"),
    ],
)
def test_fields_are_snake_case(wire: str, expected: str) -> None:
    assert field_name("Shape", wire) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("KMS_DSSE", "KMS_DSSE"),
        ("AES256", "AES256"),
        ("docker-hub", "DOCKER_HUB"),
        ("ecr", "ECR"),
        ("InvalidImageDigest", "INVALID_IMAGE_DIGEST"),
    ],
)
def test_values_become_constants(value: str, expected: str) -> None:
    assert constant_name(value) == expected


@pytest.mark.parametrize(
    "wire",
    [
        "json",
        "copy",
        "schema",
        "dict",
        "construct",
        "modelName",
        "class",
        "operation",
        "responseType",
        "toWire",
        "list",
    ],
)
def test_a_name_that_would_break_a_model_is_refused_with_words(wire: str) -> None:
    with pytest.raises(ReservedNameError, match=rf"Shape\.{wire} would become .*overrides\.toml"):
        field_name("Shape", wire)


def test_a_reserved_name_may_be_replaced() -> None:
    assert field_name("Shape", "json", "json_text") == "json_text"


def test_an_alias_is_needed_where_camel_case_is_not_the_wire() -> None:
    assert needs_alias("key", "Key")
    assert not needs_alias("repository_name", "repositoryName")


def test_errors_are_called_by_their_code() -> None:
    assert error_name("UploadNotFoundException") == "UploadNotFoundError"


def test_paths_are_snake_case_part_by_part() -> None:
    assert dotted("imageScanFindings.enhancedFindings") == "image_scan_findings.enhanced_findings"
