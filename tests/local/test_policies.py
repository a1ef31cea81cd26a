"""Policies of repositories and registries, and settings of the account."""

import base64
import json

import pytest
from botocore.exceptions import ClientError

from ecrkit.local import LocalECR
from tests.local.clients import Client, Repository, code_of, make_client, message_of

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "pull",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        }
    ],
}
REGISTRY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "replicate",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": ["ecr:ReplicateImage", "ecr:CreateRepository"],
            "Resource": ["arn:aws:ecr:us-east-1:000000000000:repository/*"],
        }
    ],
}


def test_a_policy_comes_back_in_the_layout_of_the_service(client: Client, repository: Repository) -> None:
    client.set_repository_policy(repositoryName=repository.name, policyText=json.dumps(POLICY))

    text = client.get_repository_policy(repositoryName=repository.name)["policyText"]

    assert text.startswith('{\n  "Version" : "2012-10-17",\n  "Statement" : [ {\n    "Sid" : "pull",')
    assert json.loads(text) == POLICY


def test_a_deleted_policy_is_shown_once_more(client: Client, repository: Repository) -> None:
    client.set_repository_policy(repositoryName=repository.name, policyText=json.dumps(POLICY))

    deleted = client.delete_repository_policy(repositoryName=repository.name)

    assert json.loads(deleted["policyText"]) == POLICY
    with pytest.raises(ClientError) as refused:
        client.get_repository_policy(repositoryName=repository.name)
    assert code_of(refused.value) == "RepositoryPolicyNotFoundException"


@pytest.mark.parametrize("text", ["", "no json", "[]", "{}", '{"Statement": []}', '{"Statement": [{}]}'])
def test_a_text_that_is_no_policy_is_invalid(client: Client, repository: Repository, text: str) -> None:
    with pytest.raises(ClientError) as refused:
        client.set_repository_policy(repositoryName=repository.name, policyText=text)

    assert message_of(refused.value) == (
        "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'"
    )


def test_a_registry_has_a_policy_once_it_is_put(ecr: LocalECR) -> None:
    client = make_client(ecr, account="121212121212")
    with pytest.raises(ClientError) as refused:
        client.get_registry_policy()

    client.put_registry_policy(policyText=json.dumps(REGISTRY_POLICY))

    assert code_of(refused.value) == "RegistryPolicyNotFoundException"
    assert json.loads(client.get_registry_policy()["policyText"]) == REGISTRY_POLICY
    assert json.loads(client.delete_registry_policy()["policyText"]) == REGISTRY_POLICY
    client.close()


def test_a_setting_has_a_value_before_it_is_set(client: Client) -> None:
    assert client.get_account_setting(name="BLOB_MOUNTING")["value"] == "DISABLED"


def test_a_setting_keeps_its_value(client: Client) -> None:
    client.put_account_setting(name="BASIC_SCAN_TYPE_VERSION", value="CLAIR")

    assert client.get_account_setting(name="BASIC_SCAN_TYPE_VERSION") | {"ResponseMetadata": None} == {
        "name": "BASIC_SCAN_TYPE_VERSION",
        "value": "CLAIR",
        "ResponseMetadata": None,
    }


@pytest.mark.parametrize(("name", "value"), [("NEVER_HEARD_OF", "x"), ("BLOB_MOUNTING", "MAYBE")])
def test_a_setting_that_is_none_is_refused(client: Client, name: str, value: str) -> None:
    with pytest.raises(ClientError) as refused:
        client.put_account_setting(name=name, value=value)

    assert code_of(refused.value) == "InvalidParameterException"


def test_pulls_of_an_excluded_principal_leave_no_trace(client: Client, repository: Repository) -> None:
    arn = "arn:aws:iam::000000000000:user/local"
    repository.image(tag="1")
    client.register_pull_time_update_exclusion(principalArn=arn)

    repository.get({"imageTag": "1"})
    shown = repository.describe(imageTag="1")
    client.deregister_pull_time_update_exclusion(principalArn=arn)

    assert "lastRecordedPullTime" not in shown


def test_an_exclusion_is_registered_once_and_listed(client: Client) -> None:
    arn = "arn:aws:iam::000000000000:role/scanner"
    client.register_pull_time_update_exclusion(principalArn=arn)

    with pytest.raises(ClientError) as twice:
        client.register_pull_time_update_exclusion(principalArn=arn)
    listed = client.list_pull_time_update_exclusions()["pullTimeUpdateExclusions"]
    client.deregister_pull_time_update_exclusion(principalArn=arn)
    with pytest.raises(ClientError) as gone:
        client.deregister_pull_time_update_exclusion(principalArn=arn)

    assert arn in listed
    assert code_of(twice.value) == "ExclusionAlreadyExistsException"
    assert code_of(gone.value) == "ExclusionNotFoundException"


def test_an_authorization_token_is_for_the_user_aws(ecr: LocalECR, client: Client) -> None:
    token = client.get_authorization_token()["authorizationData"][0]

    assert base64.b64decode(token["authorizationToken"]).startswith(b"AWS:")
    assert token["proxyEndpoint"] == ecr.endpoint_url
