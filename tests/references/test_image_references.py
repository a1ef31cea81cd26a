"""Image references are read as Docker reads them, except that nothing is made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrkit.errors import InvalidReferenceError
from ecrkit.references import Digest, ImageReference

HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
DIGEST = Digest.of(b"")

_part = st.from_regex(r"[a-z0-9]{1,5}((\.|_|__|-{1,3})[a-z0-9]{1,5}){0,2}", fullmatch=True)
_repository = st.lists(_part, min_size=1, max_size=4).map("/".join).filter(lambda name: len(name) > 1)
_tag = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", fullmatch=True)
_host = st.sampled_from(
    [HOST, "localhost", "localhost:5000", "127.0.0.1:80", "[::1]:5000", "docker.io", "app:443"]
)


@given(_host, _repository, st.none() | _tag, st.none() | st.binary().map(Digest.of))
def test_every_reference_reads_back_as_itself(
    host: str, repository: str, tag: str | None, digest: Digest | None
) -> None:
    reference = ImageReference(host, repository, tag, digest)

    assert ImageReference.parse(str(reference)) == reference


def test_a_reference_is_taken_apart() -> None:
    reference = ImageReference.parse(f"{HOST}/team/app:1.4.2@{DIGEST}")

    assert (reference.host, reference.repository) == (HOST, "team/app")
    assert (reference.tag, reference.digest) == ("1.4.2", DIGEST)


def test_no_tag_is_made_up() -> None:
    assert ImageReference.parse(f"{HOST}/team/app").tag is None


def test_the_host_is_read_in_any_case() -> None:
    assert ImageReference.parse(f"{HOST.upper()}/team/app").host == HOST
    assert ImageReference.parse("LocalHost/team/app").host == "localhost"


def test_the_registry_is_known_only_for_hosts_of_ecr() -> None:
    registry = ImageReference.parse(f"{HOST}/team/app").registry

    assert registry is not None
    assert registry.region == "eu-west-1"
    assert ImageReference.parse("localhost:5000/team/app").registry is None


def test_a_tag_and_a_digest_replace_each_other() -> None:
    reference = ImageReference.parse(f"{HOST}/team/app:1@{DIGEST}")

    assert str(reference.with_tag("2")) == f"{HOST}/team/app:2"
    other = Digest.of(b"other")
    assert str(reference.with_digest(other)) == f"{HOST}/team/app@{other}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nginx:latest", "Docker Hub"),
        ("library/nginx", "Docker Hub"),
        (HOST, "but no repository"),
        (f"{HOST}:443", "but no repository"),
        ("arn:aws:ecr:eu-west-1:123456789012:repository/app", "is an ARN"),
        (f"docker://{HOST}/team/app", "omit the scheme"),
        (f"https://{HOST}/team/app", "scheme"),
        (f"{HOST}/Team/app", "upper-case"),
        (f"{HOST}/team/app:1+2", "'1_2'"),
        (f"{HOST}/team/app:", "0 characters"),
        (f"{HOST}/team/app@sha256:12", "not 2"),
        (f"{HOST}/", "but no repository"),
        ("localhost:port/team/app", "not a registry host"),
        ("", "names no registry"),
    ],
)
def test_a_malformed_reference_is_refused_with_the_rule_it_breaks(text: str, said: str) -> None:
    with pytest.raises(InvalidReferenceError, match=said):
        ImageReference.parse(text)


@pytest.mark.parametrize("text", [f" {HOST}/team/app:1\n", f"{HOST}:443/team/app:1"])
def test_whitespace_and_the_default_port_do_not_matter(text: str) -> None:
    assert str(ImageReference.parse(text)) == f"{HOST}/team/app:1"


def test_the_port_of_another_registry_is_kept() -> None:
    assert ImageReference.parse("ghcr.io:443/team/app").host == "ghcr.io:443"


def test_a_host_that_docker_would_take_for_a_name_is_refused() -> None:
    with pytest.raises(InvalidReferenceError, match="not a registry host"):
        ImageReference("library", "nginx")


@pytest.mark.parametrize("secret", ["s3cret", "s3/cr+et=", "s3@cret", "s3:cret@x/s3cret"])
@pytest.mark.parametrize("scheme", ["https://", ""])
@pytest.mark.parametrize("digest", [f"@{DIGEST}", "@sha256:12", ""])
def test_credentials_in_a_reference_are_refused_and_not_shown(secret: str, scheme: str, digest: str) -> None:
    with pytest.raises(InvalidReferenceError, match=r"the scheme|'@' may only") as caught:
        ImageReference.parse(f"{scheme}AWS:{secret}@{HOST}/team/app{digest}")

    assert "s3" not in str(caught.value)
    assert "cret" not in str(caught.value)
    assert f"'***@{HOST}/team/app{digest}' is" in str(caught.value)
