"""The policy of a registry and the settings of the account."""

from sqlite3 import Connection

from pydantic import BaseModel

from ecrkit import models
from ecrkit.local import refusals
from ecrkit.local.dispatch import Route
from ecrkit.local.policy_text import PolicyChecker, StoredPolicy
from ecrkit.local.service import Call
from ecrkit.local.store.documents import RegistryDocuments
from ecrkit.local.store.repositories import Scope

POLICY = "registry-policy"
SETTING = "account-setting"

_SETTINGS = {
    "BASIC_SCAN_TYPE_VERSION": ("AWS_NATIVE", "CLAIR"),
    "BLOB_MOUNTING": ("DISABLED", "ENABLED"),
    "REGISTRY_POLICY_SCOPE": ("V2",),
}
"""Possible values of a setting; the first is the default."""


class _StoredSetting(BaseModel):
    value: str


def put_registry_policy(
    call: Call, request: models.PutRegistryPolicyRequest
) -> models.PutRegistryPolicyResponse:
    text = PolicyChecker("registry", call.scope(), call.service.principals).accept(request.policy_text)
    with call.transaction() as db:
        RegistryDocuments(db, call.scope(), POLICY).put(StoredPolicy(text=text))
    return models.PutRegistryPolicyResponse(registry_id=call.account, policy_text=text)


def get_registry_policy(
    call: Call, _request: models.GetRegistryPolicyRequest
) -> models.GetRegistryPolicyResponse:
    with call.reading() as db:
        text = _require_policy(db, call.scope())
    return models.GetRegistryPolicyResponse(registry_id=call.account, policy_text=text)


def delete_registry_policy(
    call: Call, _request: models.DeleteRegistryPolicyRequest
) -> models.DeleteRegistryPolicyResponse:
    with call.transaction() as db:
        text = _require_policy(db, call.scope())
        RegistryDocuments(db, call.scope(), POLICY).remove()
    return models.DeleteRegistryPolicyResponse(registry_id=call.account, policy_text=text)


def get_account_setting(
    call: Call, request: models.GetAccountSettingRequest
) -> models.GetAccountSettingResponse:
    values = _values(request.name)
    with call.reading() as db:
        stored = setting(db, call.scope(), request.name)
    return models.GetAccountSettingResponse(name=request.name, value=stored or values[0])


def put_account_setting(
    call: Call, request: models.PutAccountSettingRequest
) -> models.PutAccountSettingResponse:
    values = _values(request.name)
    if request.value not in values:
        raise refusals.invalid_parameter(
            "value", f"Member must satisfy enum value set: [{', '.join(values)}]"
        )
    with call.transaction() as db:
        RegistryDocuments(db, call.scope(), SETTING).put(_StoredSetting(value=request.value), request.name)
    return models.PutAccountSettingResponse(name=request.name, value=request.value)


def setting(db: Connection, scope: Scope, name: str) -> str | None:
    """Return a setting of the account; None if it was never set."""
    stored = RegistryDocuments(db, scope, SETTING).get(_StoredSetting, name)
    return None if stored is None else stored.value


def _values(name: str) -> tuple[str, ...]:
    if name not in _SETTINGS:
        raise refusals.invalid_parameter(
            "name", f"Member must satisfy enum value set: [{', '.join(_SETTINGS)}]"
        )
    return _SETTINGS[name]


def _require_policy(db: Connection, scope: Scope) -> str:
    stored = RegistryDocuments(db, scope, POLICY).get(StoredPolicy)
    if stored is None:
        raise refusals.no_registry_policy(scope.account)
    return stored.text


ROUTES = (
    Route(models.PutRegistryPolicyRequest, put_registry_policy),
    Route(models.GetRegistryPolicyRequest, get_registry_policy),
    Route(models.DeleteRegistryPolicyRequest, delete_registry_policy),
    Route(models.GetAccountSettingRequest, get_account_setting),
    Route(models.PutAccountSettingRequest, put_account_setting),
)
