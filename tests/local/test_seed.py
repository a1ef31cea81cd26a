"""Seeds: what a registry holds from the start."""

import tarfile
from pathlib import Path

import pytest

from ecrkit.errors import InvalidInputError
from ecrkit.local import LocalECR

SEED = """
repositories:
  - name: team/app
    tag_mutability: IMMUTABLE
    scan_on_push: true
    resource_tags: {team: web}
    policy:
      Version: "2012-10-17"
      Statement:
        - {Effect: Allow, Principal: "*", Action: "ecr:BatchGetImage"}
    lifecycle_policy:
      rules:
        - rulePriority: 1
          selection: {tagStatus: untagged, countType: imageCountMoreThan, countNumber: 3}
          action: {type: expire}
    images:
      - tags: [1.10, 17]
        labels: {revision: abc}
        files:
          /app/version.txt: "1.10"
          /app/server: {from: server.sh}
        findings:
          - {name: CVE-2026-1, severity: CRITICAL}
      - tags: [multi]
        platforms: [linux/amd64, linux/arm64]
"""


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    (tmp_path / "server.sh").write_text("#!/bin/sh\n")
    file = tmp_path / "seed.yaml"
    file.write_text(SEED)
    return file


def test_tags_stay_as_they_are_written(seed: Path) -> None:
    with LocalECR(seed=seed) as ecr:
        image = ecr.registry().repository("team/app").image("1.10").describe()

    assert image.tags == ["1.10", "17"]


def test_files_and_strings_become_layers(seed: Path, tmp_path: Path) -> None:
    with LocalECR(seed=seed) as ecr:
        image = ecr.registry().repository("team/app").image("1.10")
        names: list[str] = []
        for layer in image.layers():
            with tarfile.open(layer.download(tmp_path / "layer.tar")) as tar:
                names += tar.getnames()

    assert {"app/version.txt", "app/server"} <= set(names)


def test_settings_and_policies_are_set(seed: Path) -> None:
    with LocalECR(seed=seed) as ecr:
        repository = ecr.registry().repository("team/app").describe()

        assert repository.details.image_tag_mutability == "IMMUTABLE"
        assert "ecr:BatchGetImage" in str(repository.policy.get())
        assert "rulePriority" in repository.lifecycle_policy.get().text
        assert repository.resource_tags.get() == {"team": "web"}


def test_findings_are_there_for_the_first_scan(seed: Path) -> None:
    with LocalECR(seed=seed) as ecr:
        findings = ecr.registry().repository("team/app").image("1.10").findings()

        assert [each.id for each in findings] == ["CVE-2026-1"]


def test_several_platforms_make_an_index(seed: Path) -> None:
    with LocalECR(seed=seed) as ecr:
        platforms = ecr.registry().repository("team/app").image("multi").platforms()

    assert sorted(str(each) for each in platforms) == ["linux/amd64", "linux/arm64"]


def test_a_seed_can_be_planted_again(seed: Path, tmp_path: Path) -> None:
    with LocalECR(tmp_path / "data", seed=seed) as ecr:
        first = {each.digest for each in ecr.registry().repository("team/app").images()}
    with LocalECR(tmp_path / "data", seed=seed) as ecr:
        second = {each.digest for each in ecr.registry().repository("team/app").images()}

    assert first == second


def seeds_of_the_documentation() -> dict[str, str]:
    project = Path(__file__).parents[2]
    guide = (project / "docs/guides/local-ecr.md").read_text("utf-8")
    return {
        "example": (project / "examples/local-ecr/seed.yaml").read_text("utf-8"),
        "guide": guide.partition('```yaml title="seed.yaml"\n')[2].partition("```")[0],
    }


@pytest.mark.parametrize("text", seeds_of_the_documentation().values(), ids=seeds_of_the_documentation())
def test_the_seeds_of_the_documentation_work(tmp_path: Path, text: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "file").write_text("content")
    file = tmp_path / "seed.yaml"
    file.write_text(text)

    with LocalECR(seed=file) as ecr:
        image = ecr.registry().repository("team/app").image("1.4.2")
        assert image.describe().tags


def test_json_is_a_seed_too(tmp_path: Path) -> None:
    file = tmp_path / "seed.json"
    file.write_text('{"repositories": [{"name": "a/b"}]}')

    with LocalECR(seed=file) as ecr:
        assert [each.name for each in ecr.registry().repositories()] == ["a/b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("repositorys: []", "repositorys: Extra inputs"),
        ("repositories: [{name: Team/App}]", "'Team/App'"),
        ("repositories: [{name: a/b, images: [{files: {/x: {from: nowhere}}}]}]", "cannot be built"),
        (
            "repositories: [{name: a/b, lifecycle_policy: {rules: []}}]",
            "lifecycle policy of the repository 'a/b'",
        ),
        ("repositories: [{name: a/b, images: [{tags: ['not ok']}]}]", "image a/b:not ok"),
        ("[]", "must be an object"),
        ("{", "Cannot read the seed"),
    ],
)
def test_a_wrong_seed_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "seed.yaml"
    file.write_text(text)

    with pytest.raises(InvalidInputError, match=message.replace("(", r"\(")):
        LocalECR(seed=file).start()
