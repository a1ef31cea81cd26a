"""An account of its own in a local ECR, plain boto3, and all that went over the wire between them."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from botocore import xform_name  # pyright: ignore[reportUnknownVariableType] -- botocore ships no types
from botocore.model import ServiceModel

from ecrkit.local import LocalECR
from tests.local.answer_shapes import Shape
from tests.local.clients import MANIFEST, Client, Json, Repository, descriptor, make_client

ONE = {"imageTag": "1"}
ELSEWHERE = "eu-west-1"
PROFILE = "arn:aws:signer:us-east-1:000000000000:/signing-profiles/release"

# The vendored model and not the one that boto3 brings, which may be older than the local ECR.
_DESCRIPTION = Path(__file__).parents[2] / "codegen/model/service-2.json"
_MODEL = cast("Any", ServiceModel)(json.loads(_DESCRIPTION.read_text()), "ecr")


@dataclass(frozen=True)
class Answer:
    """One answer of the server: the bytes, and what the service model says of them."""

    operation: str
    shape: Shape
    body: bytes
    raw: Any
    """What botocore's parsers take."""

    @property
    def members(self) -> Json:
        read: Json = json.loads(self.body)
        return read


class Scene:
    """Steps towards the state that an operation needs; each through the operations of the service."""

    def __init__(self, ecr: LocalECR, account: str) -> None:
        self.ecr = ecr
        self.account = account
        self.answers: list[Answer] = []
        self.client: Client = make_client(ecr, account=account)
        self.client.meta.events.register("before-parse.ecr", self._note)

    def ask(self, operation: str, **parameters: object) -> Json:
        """Call an operation by the name that it has in the service model."""
        answer: Json = getattr(self.client, xform_name(operation))(**parameters)
        return answer

    def here(self, operation: str, **parameters: object) -> Json:
        """Call an operation on the repository of the scene."""
        return self.ask(operation, repositoryName=self.repository.name, **parameters)

    @cached_property
    def repository(self) -> Repository:
        return Repository.create(self.client, "team/app")

    @property
    def arn(self) -> str:
        return f"arn:aws:ecr:us-east-1:{self.account}:repository/{self.repository.name}"

    @cached_property
    def image(self) -> str:
        """The manifest of an image with the tag 1."""
        return self.repository.image(tag="1")

    def signature(self) -> str:
        """Push an image that refers to the other one."""
        subject = descriptor(MANIFEST, self.image)
        return self.repository.image(
            "signature", subject=subject, artifactType="application/vnd.example", annotations={"by": "me"}
        )

    @property
    def destination(self) -> dict[str, str]:
        return {"region": ELSEWHERE, "registryId": self.account}

    def replicate(self) -> Json:
        rule = {
            "destinations": [self.destination],
            "repositoryFilters": [{"filter": "team", "filterType": "PREFIX_MATCH"}],
        }
        return self.ask("PutReplicationConfiguration", replicationConfiguration={"rules": [rule]})

    def backfill(self) -> str:
        """Start a backfill with something to do; returns its id."""
        assert self.image
        self.replicate()
        return str(
            self.ask("StartReplicationBackfill", destination=self.destination)["replicationBackfillId"]
        )

    def sign(self) -> Json:
        filters = [{"filter": "team/*", "filterType": "WILDCARD_MATCH"}]
        rules = [{"signingProfileArn": PROFILE, "repositoryFilters": filters}]
        return self.ask("PutSigningConfiguration", signingConfiguration={"rules": rules})

    def scan_registry(self, kind: str, frequency: str) -> Json:
        filters = [{"filter": "team*", "filterType": "WILDCARD"}]
        rules = [{"scanFrequency": frequency, "repositoryFilters": filters}]
        return self.ask("PutRegistryScanningConfiguration", scanType=kind, rules=rules)

    def cache(self) -> Json:
        """Make a rule of a pull-through cache, with a secret."""
        arn = f"arn:aws:secretsmanager:us-east-1:{self.account}:secret:ecr-pullthroughcache/hub-AbCdEf"
        self.ecr.secrets[arn] = ("user", "password")
        return self.ask(
            "CreatePullThroughCacheRule",
            ecrRepositoryPrefix="hub",
            upstreamRegistryUrl="registry-1.docker.io",
            credentialArn=arn,
        )

    def template(self) -> Json:
        return self.ask(
            "CreateRepositoryCreationTemplate",
            prefix="team",
            description="how teams have it",
            appliedFor=["REPLICATION", "PULL_THROUGH_CACHE"],
            imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
            imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "latest*"}],
            resourceTags=[{"Key": "team", "Value": "a"}],
            customRoleArn=f"arn:aws:iam::{self.account}:role/ecr",
        )

    def _note(
        self, operation_model: Any, response_dict: dict[str, Any], **_more: object
    ) -> None:  # botocore names the arguments
        name = str(operation_model.name)
        shape = _MODEL.operation_model(name).output_shape
        self.answers.append(Answer(name, shape, response_dict["body"], response_dict))
