"""Digests are strings that are always well-formed."""

import hashlib
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ecrkit.errors import InvalidReferenceError
from ecrkit.references import Digest, shorten_digest

HELLO = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


def test_a_digest_is_the_string_it_was_read_from() -> None:
    assert Digest.parse(HELLO) == HELLO
    assert hash(Digest(HELLO)) == hash(HELLO)
    assert f"{Digest(HELLO)}" == HELLO


def test_a_digest_is_computed_with_sha256() -> None:
    assert Digest.of(b"hello") == HELLO


def test_a_digest_tells_its_parts() -> None:
    digest = Digest(HELLO)

    assert (digest.algorithm, digest.hex) == ("sha256", HELLO.removeprefix("sha256:"))


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
@given(data=st.binary())
def test_a_digest_verifies_with_its_own_algorithm(algorithm: str, data: bytes) -> None:
    digest = Digest.from_hash(hashlib.new(algorithm, data))

    again = digest.new_hash()
    again.update(data)

    assert Digest.from_hash(again) == digest


def test_a_digest_is_shown_as_it_would_be_written() -> None:
    assert repr(Digest(HELLO)) == f"Digest('{HELLO}')"


def test_a_digest_survives_pickling_as_a_digest() -> None:
    copy = pickle.loads(pickle.dumps(Digest(HELLO)))

    assert type(copy) is Digest
    assert copy == HELLO


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2cf24dba", "must look like sha256:"),
        ("", "must look like sha256:"),
        ("latest", "must look like sha256:"),
        ("sha256:2cf24d", "not 6"),
        ("md5:5d41402abc4b2a76b9719d911017c592", "cannot be verified|can be verified"),
        (HELLO.upper().replace("SHA", "sha"), "upper case"),
        (HELLO + "\n", "not 65"),
        (HELLO[:-1] + "g", "lower case$"),
        (HELLO[:-1] + "٣", "hexadecimal"),
        ("sha256:../../../../etc/passwd", "hexadecimal"),
    ],
)
def test_what_is_no_digest_is_refused_with_the_rule_it_breaks(text: str, said: str) -> None:
    with pytest.raises(InvalidReferenceError, match=said):
        Digest(text)


def test_pydantic_checks_digests_and_writes_them_as_strings() -> None:
    adapter = TypeAdapter(list[Digest])

    assert type(adapter.validate_json(f'["{HELLO}"]')[0]) is Digest
    assert adapter.dump_json([Digest(HELLO)]) == f'["{HELLO}"]'.encode()
    with pytest.raises(ValidationError):
        adapter.validate_python(["sha256:0"])


def test_a_digest_is_shortened_to_twelve_digits() -> None:
    assert shorten_digest(Digest.of(b"hello")) == "sha256:2cf24dba5fb0"


@pytest.mark.parametrize("text", ["", "sha256:short", "layers/a.tar", "sha256:" + "x" * 64])
def test_a_text_that_is_not_a_digest_is_not_shortened(text: str) -> None:
    assert shorten_digest(text) == text
