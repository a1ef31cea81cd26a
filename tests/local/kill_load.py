"""Kill a local ECR under load, start it again, and compare what it has with what it acknowledged.

python -m tests.local.kill_load 200
"""

import argparse
import itertools
import json
import random
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from ecrkit.local.process import LocalECRProcess
from tests.local.clients import Client, Repository, answer_of, code_of, digest_of, make_client, manifest_of

_WORKERS = 4
_FIRST_PART = 5 * 1024 * 1024  # the smallest part that need not be the last
_REPOSITORY = "team/app"


@dataclass
class Begun:
    """An upload on its way: what was sent, and how much of it was acknowledged."""

    id: str
    parts: list[bytes]
    acknowledged: int = 0

    @property
    def digest(self) -> str:
        return digest_of(b"".join(self.parts))


@dataclass
class Acknowledged:
    """What one worker was told."""

    layers: list[str] = field(default_factory=list[str])
    images: dict[str, str] = field(default_factory=dict[str, str])
    begun: dict[str, Begun] = field(default_factory=dict[str, Begun])
    deleted: set[str] = field(default_factory=set[str])


@dataclass
class Report:
    """What came of all rounds."""

    kills: int = 0
    acknowledged: int = 0
    resumed: int = 0
    problems: list[str] = field(default_factory=list[str])


def run_rounds(folder: Path, *, kills: int, seed: int) -> Report:
    """Run rounds of load, kill, restart and comparison."""
    random_numbers = random.Random(seed)
    report = Report()
    known: list[Acknowledged] = []
    for number in range(kills):
        with LocalECRProcess(folder) as server:
            client = make_client(server.endpoint_url)
            if number == 0:
                client.create_repository(repositoryName=_REPOSITORY)
            known += _load_until_killed(server, client, random_numbers, f"{seed}-{number}")
            client.close()
        with LocalECRProcess(folder) as server:
            client = make_client(server.endpoint_url)
            for each in known:
                _compare(client, each, report)
            client.close()
            _compare_files(folder, report)
        known = known[-2 * _WORKERS :]  # those of the last rounds, so that the comparison stays short
        report.kills += 1
    return report


def _load_until_killed(
    server: LocalECRProcess, client: Client, random_numbers: random.Random, name: str
) -> list[Acknowledged]:
    told = [Acknowledged() for _ in range(_WORKERS)]
    threads = [
        threading.Thread(target=_work, args=(client, each, random.Random(f"{name}-{n}"), f"{name}-{n}"))
        for n, each in enumerate(told)
    ]
    for thread in threads:
        thread.start()
    time.sleep(random_numbers.uniform(0.05, 0.8))
    server.kill()
    for thread in threads:
        thread.join()
    return told


def _work(client: Client, told: Acknowledged, random_numbers: random.Random, name: str) -> None:
    repository = Repository(client, _REPOSITORY)
    try:
        for number in itertools.count():
            _push(repository, told, random_numbers, f"{name}-{number}")
    except (BotoCoreError, HTTPClientError, KeyError):
        return  # the server is dead; botocore reads a response that was cut after its headers as an empty one


def _push(repository: Repository, told: Acknowledged, random_numbers: random.Random, tag: str) -> None:
    config = json.dumps({"tag": tag}).encode()
    layer = [random_numbers.randbytes(random_numbers.randrange(1, 300_000))]
    if random_numbers.random() < 0.2:
        layer.insert(0, random_numbers.randbytes(_FIRST_PART))
    for parts in (layer, [config]):
        begun = Begun(repository.begin(), parts)
        told.begun[begun.id] = begun
        for part in parts:
            repository.part(begun.id, begun.acknowledged, part)
            begun.acknowledged += len(part)
        repository.complete(begun.id, begun.digest)
        told.layers.append(begun.digest)
        del told.begun[begun.id]
    manifest = manifest_of([b"".join(layer)], config)
    repository.client.put_image(repositoryName=repository.name, imageManifest=manifest, imageTag=tag)
    told.images[tag] = manifest


def _compare(client: Client, told: Acknowledged, report: Report) -> None:
    report.acknowledged += len(told.layers) + len(told.images) + len(told.begun)
    for start in range(0, len(told.layers), 100):
        asked = told.layers[start : start + 100]
        answer = client.batch_check_layer_availability(repositoryName=_REPOSITORY, layerDigests=asked)
        report.problems += [
            f"layer {each['layerDigest']} is {each['layerAvailability']}"
            for each in answer["layers"]
            if each["layerAvailability"] != "AVAILABLE"
        ]
    for tag, manifest in told.images.items():
        found = client.batch_get_image(repositoryName=_REPOSITORY, imageIds=[{"imageTag": tag}])["images"]
        if [each["imageManifest"] for each in found] != [manifest]:
            report.problems.append(f"image {tag} is not what was acknowledged")
    for begun in tuple(told.begun.values()):
        try:
            _resume(Repository(client, _REPOSITORY), begun)
        except ClientError as error:
            report.problems.append(f"upload {begun.id} cannot be completed: {code_of(error)} {error}")
        told.layers.append(begun.digest)
        del told.begun[begun.id]
        report.resumed += 1


def _resume(repository: Repository, begun: Begun) -> None:
    whole = b"".join(begun.parts)
    try:
        if begun.acknowledged < len(whole):
            _send_rest(repository, begun, whole, begun.acknowledged)
        repository.complete(begun.id, begun.digest)
    except ClientError as error:
        # The answer to its completion was lost; then the layer has to be there, as the next comparison checks.
        completed = begun.acknowledged == len(whole) and code_of(error) == "UploadNotFoundException"
        if not completed:
            raise


def _send_rest(repository: Repository, begun: Begun, whole: bytes, position: int) -> None:
    try:
        repository.part(begun.id, position, whole[position:])
    except ClientError as error:
        if code_of(error) != "InvalidLayerPartException":
            raise
        received = int(answer_of(error)["lastValidByteReceived"]) + 1  # a part whose answer was lost
        if received < len(whole):
            repository.part(begun.id, received, whole[received:])


def _compare_files(folder: Path, report: Report) -> None:
    report.problems += [f"stray file {each.name}" for each in (folder / "uploads").iterdir()]


def main() -> None:
    """Run as many rounds as the command line asks for, in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(run_rounds(Path(folder), kills=options.kills, seed=options.seed))  # noqa: T201 -- a command line tool


if __name__ == "__main__":
    main()
