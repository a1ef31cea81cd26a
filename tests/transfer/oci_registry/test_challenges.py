"""Parsing of `WWW-Authenticate`."""

from ecrkit.transfer.oci_registry.challenges import Challenge, parse_challenges


def test_parameters_are_read_with_commas_and_equal_signs_in_quotes() -> None:
    header = 'Bearer realm="https://auth.example/token?a=b",service="registry.example",scope="repository:a/b:pull,push"'

    assert parse_challenges(header) == [
        Challenge(
            "bearer",
            {
                "realm": "https://auth.example/token?a=b",
                "service": "registry.example",
                "scope": "repository:a/b:pull,push",
            },
        )
    ]


def test_several_challenges_are_told_apart() -> None:
    challenges = parse_challenges('Negotiate, BASIC realm="a", Bearer realm=b')

    assert [each.scheme for each in challenges] == ["negotiate", "basic", "bearer"]
    assert challenges[1].parameters == {"realm": "a"}
    assert challenges[2].parameters == {"realm": "b"}


def test_escaped_quotes_are_part_of_a_value() -> None:
    assert parse_challenges(r'Basic realm="a \"b\""')[0].parameters == {"realm": 'a "b"'}


def test_an_empty_header_has_no_challenge() -> None:
    assert parse_challenges("") == []
