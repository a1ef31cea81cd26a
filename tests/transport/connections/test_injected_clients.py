"""A client that the caller made: its settings and event handlers are kept, and its own calls stay its own."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import boto3
import pytest

from ecrkit import Registry, models
from ecrkit.errors import InvalidInputError, ServerError
from ecrkit.local import LocalECR
from tests.stub_server import Answer, Stub
from tests.transport.boto import BotoClient, make_client
from tests.transport.connections.asking import ask

pytestmark = pytest.mark.usefixtures("keys")

ONE = {"repositoryName": "team/app", "repositoryArn": "arn", "registryId": "1", "createdAt": 1}
ONE_REPOSITORY = Answer(json.dumps({"repositories": [ONE]}).encode())
REGISTRY = Answer(b'{"registryId": "123456789012", "replicationConfiguration": {"rules": []}}')


@pytest.fixture
def client(stub: Stub) -> Iterator[BotoClient]:
    made = make_client(stub.url, user_agent_extra="build-tool/7", max_pool_connections=1)
    yield made
    made.close()


def operations(stub: Stub) -> list[str]:
    return [asked.headers["X-Amz-Target"].rpartition(".")[2] for asked in stub.asked]


def test_its_settings_are_kept(stub: Stub, client: BotoClient) -> None:
    ask(Registry(client=client))

    assert "build-tool/7" in stub.asked[0].headers["User-Agent"]


def test_a_client_of_our_own_names_ecrkit(stub: Stub) -> None:
    ask(Registry(endpoint_url=stub.url))

    assert "ecrkit/" in stub.asked[0].headers["User-Agent"]


def test_several_registries_share_one(stub: Stub, client: BotoClient) -> None:
    for account in ("111111111111", "222222222222"):
        list(Registry(client=client, registry_id=account).repositories())

    assert [json.loads(asked.body)["registryId"] for asked in stub.asked] == ["111111111111", "222222222222"]


def test_more_threads_than_it_has_connections_just_open_more(stub: Stub, client: BotoClient) -> None:
    registry = Registry(client=client)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, [registry] * 40))

    assert len(stub.asked) == 40


def test_layers_are_pushed_at_the_same_time_over_fewer_connections() -> None:
    with LocalECR() as ecr:
        client = make_client(ecr.endpoint_url, max_pool_connections=1)
        repository = Registry(client=client).create_repository("team/app")

        layers = repository.push_layers([bytes([number]) * 1000 for number in range(8)], workers=8)
        client.close()

        assert [layer.uploaded for layer in layers] == [True] * 8


@pytest.mark.parametrize("service", ["ecr-public", "s3"])
def test_one_for_another_service_is_refused(service: str) -> None:
    other = cast("Any", boto3).client(service)

    with pytest.raises(InvalidInputError, match=f"one for {service}, but has to be one for ecr"):
        Registry(client=other)


# Event handlers of the caller


def test_its_handlers_see_our_requests_and_may_change_them(stub: Stub, client: BotoClient) -> None:
    def add_header(request: Any, **_: object) -> None:
        request.headers["X-Trace"] = "7"

    client.meta.events.register("before-sign.ecr", add_header)

    ask(Registry(client=client))

    assert stub.asked[0].headers["X-Trace"] == "7"


def test_its_handlers_see_the_end_of_our_calls(stub: Stub, client: BotoClient) -> None:
    seen: list[int] = []

    def note(http_response: Any, **_: object) -> None:
        seen.append(http_response.status_code)

    client.meta.events.register("after-call.ecr.DescribeRepositories", note)

    ask(Registry(client=client))

    assert seen == [200]


def test_botocore_does_not_parse_what_pydantic_reads(stub: Stub, client: BotoClient) -> None:
    seen: list[bool] = []

    def look(parsed: dict[str, Any], **_: object) -> None:
        seen.append("repositories" in parsed)

    client.meta.events.register("after-call.ecr", look)
    stub.answers[:] = [ONE_REPOSITORY]

    ask(Registry(client=client))
    client.describe_repositories()

    assert seen == [False, True]


BEFORE_THE_ANSWER = [
    "provide-client-params",
    "before-parameter-build",
    "before-call",
    "request-created",
    "before-sign",
    "before-send",
]
AFTER_THE_ANSWER = ["before-parse", "response-received", "needs-retry", "after-call"]


def once(client: BotoClient, event: str, act: Callable[[], None]) -> None:
    """Let a handler act in the first event of this kind in a call that lists repositories."""

    def handle(**_: object) -> None:
        client.meta.events.unregister(name, handle)
        act()

    name = f"{event}.ecr.DescribeRepositories"
    client.meta.events.register(name, handle)


@pytest.mark.parametrize("event", [*BEFORE_THE_ANSWER, *AFTER_THE_ANSWER])
def test_a_handler_that_asks_through_the_same_client_gets_its_own_answer_and_we_get_ours(
    stub: Stub, client: BotoClient, event: str
) -> None:
    theirs: list[str] = []
    once(client, event, lambda: theirs.append(client.describe_registry()["registryId"]))
    first, second = (REGISTRY, ONE_REPOSITORY) if event in BEFORE_THE_ANSWER else (ONE_REPOSITORY, REGISTRY)
    stub.answers[:] = [first, second]

    ours = Registry(client=client).client.send(models.DescribeRepositoriesRequest())

    assert theirs == ["123456789012"]
    assert [repository.repository_name for repository in ours.repositories] == ["team/app"]
    assert sorted(operations(stub)) == ["DescribeRegistry", "DescribeRepositories"]


@pytest.mark.parametrize("event", [*BEFORE_THE_ANSWER, *AFTER_THE_ANSWER])
def test_a_handler_that_asks_through_ecrkit_gets_its_own_answer_and_we_get_ours(
    stub: Stub, client: BotoClient, event: str
) -> None:
    registry = Registry(client=client)
    theirs: list[str] = []

    def ask_ecrkit() -> None:
        theirs.append(registry.client.send(models.DescribeRegistryRequest()).registry_id)

    once(client, event, ask_ecrkit)
    first, second = (REGISTRY, ONE_REPOSITORY) if event in BEFORE_THE_ANSWER else (ONE_REPOSITORY, REGISTRY)
    stub.answers[:] = [first, second]

    ours = registry.client.send(models.DescribeRepositoriesRequest())

    assert theirs == ["123456789012"]
    assert [repository.repository_name for repository in ours.repositories] == ["team/app"]


def test_a_handler_whose_own_call_fails_and_is_caught_leaves_ours_alone(
    stub: Stub, client: BotoClient
) -> None:
    def fail() -> None:
        with pytest.raises(client.exceptions.ServerException):
            client.describe_registry()

    once(client, "before-send", fail)
    stub.answers[:] = [Answer(b'{"__type": "ServerException"}', 500), ONE_REPOSITORY]

    ours = Registry(client=client).client.send(models.DescribeRepositoriesRequest())

    assert len(ours.repositories) == 1


def test_calls_of_the_caller_after_a_failure_of_ours_are_the_callers_own(
    stub: Stub, client: BotoClient
) -> None:
    stub.answers[:] = [Answer(b'{"__type": "ServerException"}', 500), ONE_REPOSITORY]
    with pytest.raises(ServerError):
        ask(Registry(client=client))

    assert client.describe_repositories()["repositories"][0]["repositoryName"] == "team/app"
