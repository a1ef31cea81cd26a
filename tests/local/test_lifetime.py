"""Starting, stopping, and what is there after a restart."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from ecrkit.errors import ConfigurationError
from ecrkit.local import LocalECR, Settings
from tests.local.clients import Repository, digest_of, make_client

SMALL = Settings(part_size=10, min_part_size=5)


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    with LocalECR(tmp_path, settings=SMALL) as ecr:
        client = make_client(ecr)
        repository = Repository.create(client, "kept")
        manifest = repository.image(tag="1")
        upload_id = repository.begin()
        repository.part(upload_id, 0, b"0123456789")
        client.close()

    with LocalECR(tmp_path, settings=SMALL) as ecr:
        client = make_client(ecr)
        again = Repository(client, "kept")
        got = again.get({"imageTag": "1"})["images"][0]["imageManifest"]
        again.part(upload_id, 10, b"rest")
        done = again.complete(upload_id, digest_of(b"0123456789rest"))
        client.close()

    assert got == manifest
    assert done["layerDigest"] == digest_of(b"0123456789rest")


def test_a_temporary_folder_is_removed() -> None:
    ecr = LocalECR().start()
    folder = ecr.folder

    ecr.stop()

    assert not folder.exists()


def test_a_folder_has_one_server_at_a_time(tmp_path: Path) -> None:
    with LocalECR(tmp_path), pytest.raises(ConfigurationError, match="Another local ECR"):
        LocalECR(tmp_path).start()


def test_a_port_has_one_server_at_a_time() -> None:
    with LocalECR() as ecr:
        port = int(ecr.endpoint_url.rpartition(":")[2])

        with pytest.raises(ConfigurationError, match="Cannot listen"):
            LocalECR(port=port).start()


def test_tables_of_another_release_are_refused(tmp_path: Path) -> None:
    LocalECR(tmp_path).start().stop()
    database = sqlite3.connect(tmp_path / "ecr.sqlite3")
    database.execute("PRAGMA user_version = 999")
    database.close()

    with pytest.raises(ConfigurationError, match="version 999"):
        LocalECR(tmp_path).start()


def test_an_endpoint_is_there_only_while_the_server_runs() -> None:
    with pytest.raises(ConfigurationError, match="not running"):
        _ = LocalECR().endpoint_url


def test_bytes_behind_the_last_recorded_part_are_cut_off(tmp_path: Path) -> None:
    with LocalECR(tmp_path, settings=SMALL) as ecr:
        client = make_client(ecr)
        upload_id = Repository.create(client, "torn").begin()
        Repository(client, "torn").part(upload_id, 0, b"0123456789")
        client.close()
    with (tmp_path / "uploads" / upload_id).open("ab") as file:
        file.write(b"half of a part that was never answered")

    with LocalECR(tmp_path, settings=SMALL) as ecr:
        client = make_client(ecr)
        repository = Repository(client, "torn")
        repository.part(upload_id, 10, b"rest")
        done = repository.complete(upload_id, digest_of(b"0123456789rest"))
        client.close()

    assert done["layerDigest"] == digest_of(b"0123456789rest")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_says_where_it_is_and_stops_when_told(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "ecrkit.local", "--port", "0", "--data", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        greeting = process.stdout.readline()
        os.kill(process.pid, number)
        rest = process.stdout.read()
        process.wait(timeout=20)

    assert greeting.startswith("Local ECR on http://127.0.0.1:")
    assert "export AWS_ENDPOINT_URL_ECR=http://127.0.0.1:" in rest
    assert process.returncode == 0


def test_what_was_answered_survives_kill_9(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ecrkit.local", "--port", "0", "--data", str(tmp_path)]
    answered: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        client = make_client(url)
        repository = Repository.create(client, "survivor")
        answered += [repository.image(f"layer {n}", tag=f"v{n}") for n in range(20)]
        client.close()
        process.kill()

    with LocalECR(tmp_path) as ecr:
        client = make_client(ecr)
        found = [Repository(client, "survivor").get({"imageTag": f"v{n}"})["images"] for n in range(20)]
        client.close()

    assert [images[0]["imageManifest"] for images in found] == answered


def test_a_deleted_repository_leaves_no_bytes_behind(tmp_path: Path) -> None:
    with LocalECR(tmp_path, settings=SMALL) as ecr:
        client = make_client(ecr)
        repository = Repository.create(client, "gone")
        repository.image()
        repository.begin()
        client.delete_repository(repositoryName="gone", force=True)
        client.close()

        left = [each for each in tmp_path.rglob("*") if each.is_file() and each.parent != tmp_path]

    assert left == []


def test_layers_that_another_repository_has_stay(tmp_path: Path) -> None:
    with LocalECR(tmp_path, settings=SMALL) as ecr:
        client = make_client(ecr)
        one, two = Repository.create(client, "one"), Repository.create(client, "two")
        one.layer(b"shared")
        two.image("shared")
        client.delete_repository(repositoryName="one")
        url = client.get_download_url_for_layer(repositoryName="two", layerDigest=digest_of(b"shared"))
        client.close()

        assert url["downloadUrl"].startswith(ecr.endpoint_url)
        assert any(each.name == digest_of(b"shared")[7:] for each in tmp_path.rglob("*"))


def test_an_unknown_repository_is_refused_by_every_upload_call() -> None:
    with LocalECR() as ecr:
        client = make_client(ecr)
        with pytest.raises(ClientError, match="does not exist in the registry"):
            client.initiate_layer_upload(repositoryName="not/there")
        client.close()
