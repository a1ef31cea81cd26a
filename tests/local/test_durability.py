"""What survives a failed commit, a full disk, a lost file and kill -9; what a deletion leaves behind."""

import errno
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from ecrkit import models
from ecrkit.local import LocalECR, Settings
from ecrkit.local.blobs import Blobs
from ecrkit.local.clock import Clock
from ecrkit.local.handlers.images import batch_get_image
from ecrkit.local.manifests import Manifest
from ecrkit.local.refusals import Refusal
from ecrkit.local.service import Call, Service
from ecrkit.local.store import images, layers, repositories
from ecrkit.local.store.database import Database
from ecrkit.local.store.images import NewImage
from ecrkit.local.store.repositories import Scope, StoredRepository
from tests.local.clients import MANIFEST, Repository, code_of, digest_of, make_client
from tests.local.kill_load import run_rounds

SMALL = Settings(part_size=10, min_part_size=5)
SCOPE = Scope("000000000000", "us-east-1")
NAME = "team/app"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with opened(tmp_path) as made:
        yield made


@contextmanager
def opened(folder: Path) -> Generator[Service]:
    made = Service(folder, SMALL, Clock())
    try:
        yield made
    finally:
        made.close()


def create(db: sqlite3.Connection) -> StoredRepository:
    return repositories.find(db, SCOPE, NAME) or repositories.add(
        db,
        SCOPE,
        NAME,
        created_at=0,
        tag_mutability="MUTABLE",
        tag_exclusions=[],
        scan_on_push=False,
        encryption={"encryptionType": "AES256"},
        resource_tags={},
    )


def begun(service: Service, *parts: bytes) -> str:
    upload_id = service.uploads.begin(create)
    for part in parts:
        service.uploads.append(SCOPE, NAME, upload_id, None, None, part)
    return upload_id


def files(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.rglob("*") if each.is_file())


@contextmanager
def failing(service: Service, event: str) -> Generator[None]:
    """Let SQLite refuse a kind of write, as it does on a full disk."""
    with service.database.transaction() as db:
        db.execute(
            f"CREATE TEMP TRIGGER full BEFORE {event} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    yield
    with service.database.transaction() as db:
        db.execute("DROP TRIGGER full")


def test_an_upload_whose_completion_failed_can_be_completed_later(service: Service) -> None:
    upload_id = begun(service, b"0123456789", b"rest")
    digest = digest_of(b"0123456789rest")

    with failing(service, "INSERT ON layers"), pytest.raises(sqlite3.Error, match="disk is full"):
        service.uploads.complete(SCOPE, NAME, upload_id, [digest])

    assert service.uploads.complete(SCOPE, NAME, upload_id, [digest]) == digest
    assert service.blobs.path(digest).read_bytes() == b"0123456789rest"


def test_a_failed_completion_leaves_no_blob(service: Service) -> None:
    upload_id = begun(service, b"layer")

    with failing(service, "INSERT ON layers"), pytest.raises(sqlite3.Error):
        service.uploads.complete(SCOPE, NAME, upload_id, [digest_of(b"layer")])

    assert list(service.blobs.sizes()) == []


def test_a_crash_between_the_file_and_the_commit_loses_nothing(tmp_path: Path) -> None:
    digest = digest_of(b"layer")
    with opened(tmp_path) as service:
        upload_id = begun(service, b"layer")
        service.blobs.link(service.uploads.folder / upload_id, digest)  # as far as a completion got

    with opened(tmp_path) as service:
        assert list(service.blobs.sizes()) == []
        assert service.uploads.complete(SCOPE, NAME, upload_id, [digest]) == digest


def test_a_part_whose_commit_failed_can_be_sent_again(service: Service) -> None:
    upload_id = begun(service, b"0123456789")

    with failing(service, "UPDATE ON uploads"), pytest.raises(sqlite3.Error):
        service.uploads.append(SCOPE, NAME, upload_id, 10, 14, b"wrong")

    assert service.uploads.append(SCOPE, NAME, upload_id, 10, 13, b"rest") == 13
    digest = digest_of(b"0123456789rest")
    assert service.uploads.complete(SCOPE, NAME, upload_id, [digest]) == digest


def test_an_upload_that_lost_its_file_does_not_exist_any_more(tmp_path: Path) -> None:
    with opened(tmp_path) as service:
        upload_id = begun(service, b"0123456789")
    (tmp_path / "uploads" / upload_id).unlink()

    with opened(tmp_path) as service, pytest.raises(Refusal) as caught:
        service.uploads.complete(SCOPE, NAME, upload_id, [digest_of(b"0123456789")])

    assert caught.value.code == "UploadNotFoundException"


def test_an_upload_whose_file_is_lost_while_the_server_runs_does_not_exist_any_more(tmp_path: Path) -> None:
    with opened(tmp_path) as service:
        upload_id = begun(service, b"0123456789")
    with opened(tmp_path) as service:
        (tmp_path / "uploads" / upload_id).unlink()

        with pytest.raises(Refusal) as caught:
            service.uploads.append(SCOPE, NAME, upload_id, 10, 13, b"rest")

    assert caught.value.code == "UploadNotFoundException"


def remove(file: Path) -> None:
    file.unlink()


def shorten(file: Path) -> None:
    file.write_bytes(b"short")


@pytest.mark.parametrize("damage", [remove, shorten])
def test_a_layer_whose_file_is_lost_is_missing_after_a_restart(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    digest = digest_of(b"0123456789")
    with opened(tmp_path) as service:
        service.uploads.complete(SCOPE, NAME, begun(service, b"0123456789"), [digest])
        damage(service.blobs.path(digest))

    with opened(tmp_path) as service, service.database.reading() as db:
        assert layers.find(db, create(db).id, digest) is None
        assert list(service.blobs.sizes()) == []


def test_files_without_rows_are_removed_at_the_start(tmp_path: Path) -> None:
    with opened(tmp_path) as service:
        stray = service.uploads.folder / "stray"
        stray.write_bytes(b"half a part")
        service.blobs.link(stray, digest_of(b"half a part"))

    with opened(tmp_path):
        assert files(tmp_path / "uploads") == files(tmp_path / "blobs") == []


def test_blobs_are_copied_where_links_are_impossible(tmp_path: Path) -> None:
    def no_link(_source: Path, _target: Path) -> None:
        raise OSError(errno.EPERM, "the filesystem has no hard links")

    blobs = Blobs(tmp_path / "blobs", durable=True, link=no_link)
    source = tmp_path / "source"
    source.write_bytes(b"layer")

    blobs.link(source, digest_of(b"layer"))

    assert blobs.path(digest_of(b"layer")).read_bytes() == source.read_bytes() == b"layer"
    assert len(files(tmp_path / "blobs")) == 1


def test_a_part_costs_one_transaction(service: Service) -> None:
    upload_id = begun(service, b"0123456789")
    before = service.database.transactions

    service.uploads.append(SCOPE, NAME, upload_id, 10, 13, b"rest")

    assert service.database.transactions == before + 1


def test_a_read_takes_no_write_lock(tmp_path: Path) -> None:
    database = Database(tmp_path / "ecr.sqlite3", durable=True)

    with database.reading() as db, pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("DELETE FROM meta")

    database.close()


def test_an_image_can_be_read_while_nothing_can_be_written(service: Service) -> None:
    new = NewImage.of(
        Manifest(media_type=MANIFEST), b"the manifest", digest=digest_of("the manifest"), size=0, now=0
    )
    with service.database.transaction() as db:
        images.add(db, create(db).id, new)
    call = Call(service, *SCOPE, principal="arn:aws:iam::000000000000:user/me", base_url="http://localhost")
    wanted = models.ImageIdentifier(image_digest=new.digest)

    with failing(service, "UPDATE ON images"):
        got = batch_get_image(call, models.BatchGetImageRequest(repository_name=NAME, image_ids=[wanted]))

    assert [each.image_manifest for each in got.images] == ["the manifest"]


def test_an_upload_of_a_repository_that_is_being_deleted_is_refused_and_leaves_no_file(
    tmp_path: Path,
) -> None:
    codes: Counter[str] = Counter()
    with LocalECR(tmp_path, settings=SMALL) as ecr:
        client = make_client(ecr)
        stop = threading.Event()

        def begin() -> None:
            while not stop.is_set():
                try:
                    upload_id = client.initiate_layer_upload(repositoryName=NAME)["uploadId"]
                    Repository(client, NAME).part(upload_id, 0, b"part")
                except ClientError as error:
                    codes[code_of(error)] += 1

        threads = [threading.Thread(target=begin) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(60):
            client.create_repository(repositoryName=NAME)
            client.delete_repository(repositoryName=NAME, force=True)
        stop.set()
        for thread in threads:
            thread.join()
        client.close()
        left = files(tmp_path / "uploads")

    assert left == []
    assert codes.keys() <= {"RepositoryNotFoundException", "UploadNotFoundException"}


def test_everything_acknowledged_survives_kill_9_under_load(tmp_path: Path) -> None:
    report = run_rounds(tmp_path, kills=3, seed=17)

    assert report.problems == []
    assert report.acknowledged > 0


def test_a_transaction_in_another_one_is_an_error(service: Service) -> None:
    with (
        service.database.transaction(),
        pytest.raises(sqlite3.OperationalError, match="within a transaction"),
        service.database.reading(),
    ):
        pass
