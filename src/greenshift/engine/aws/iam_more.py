"""IAM beside roles and managed policies: policies within a role, attachments to many, OIDC providers.

Greenshift's own components have no policy within a role. Users' programs may; the policy pack speaks of it.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Update, keys
from greenshift.engine.aws.fit import Rule
from greenshift.engine.aws.simple import Kind, account, entry
from greenshift.engine.aws.tagging import Tagging

_NONE = ("NoSuchEntity",)


def _role_policy(calls: Calls, inputs: Document, id_: str) -> Document | None:
    """``role:name``, as the provider has it."""
    role, _, name = (id_ or f"{inputs['role']}:{inputs['name']}").partition(":")
    return calls.look("GetRolePolicy", *_NONE, RoleName=role, PolicyName=name)


def _put_role_policy(calls: Calls, inputs: Document) -> Document:
    role, name = inputs["role"], inputs["name"]
    calls.call("PutRolePolicy", RoleName=role, PolicyName=name, PolicyDocument=inputs["policy"])
    return {"_id": f"{role}:{name}"}


def _text(document: Any) -> str:
    return json.dumps(document) if isinstance(document, dict) else unquote(document)


ROLE_POLICY = entry(
    Kind(
        token="aws:iam/rolePolicy:RolePolicy",
        service="iam",
        describe=_role_policy,
        id=lambda told: f"{told['RoleName']}:{told['PolicyName']}",
        key=lambda inputs, id_: {"RoleName": id_.partition(":")[0], "PolicyName": id_.partition(":")[2]},
        create=_put_role_policy,
        update=lambda calls, change: _put_role_policy(calls, change.new),
        delete="DeleteRolePolicy",
        gone=_NONE,
        fixed="role",
        settings="policy",
        observe=lambda told: {
            "role": told["RoleName"],
            "name": told["PolicyName"],
            "policy": _text(told["PolicyDocument"]),
        },
        name="name",
        longest_name=128,
        prefixed=True,
        identity=("role", "name"),
        has_region=False,
    )
)

_KINDS = {"roles": "Role", "users": "User", "groups": "Group"}


def _attached(calls: Calls, arn: str) -> dict[str, list[str]] | None:
    found = calls.look("ListEntitiesForPolicy", *_NONE, PolicyArn=arn)
    if found is None:
        return None
    return {
        key: sorted(each[f"{kind}Name"] for each in found[f"Policy{kind}s"]) for key, kind in _KINDS.items()
    }


def _attachment(calls: Calls, inputs: Document, id_: str) -> Document | None:
    """The id is the name, which AWS does not know; an import says ``name/arn``."""
    arn = inputs.get("policyArn") or id_.partition("/")[2]
    name = inputs.get("name") or id_.partition("/")[0]
    found = _attached(calls, arn)
    if found is None or not any(found.values()):
        return None
    return {"name": name, "policyArn": arn, **found}


def _set_attached(calls: Calls, change: Change) -> None:
    """All who have the policy, and nobody else: the attachment is exclusive [PolicyAttachment]."""
    arn = change.new["policyArn"]
    there = _attached(calls, arn) or {}
    for key, kind in _KINDS.items():
        wanted, now = set(change.new.get(key) or []), set(there.get(key, []))
        for verb, names in (("Detach", now - wanted), ("Attach", wanted - now)):
            for name in sorted(names):
                calls.call(f"{verb}{kind}Policy", PolicyArn=arn, **{f"{kind}Name": name})


def _attach(calls: Calls, inputs: Document) -> Document:
    _set_attached(calls, Change("", {}, inputs))
    return {"_id": inputs["name"]}


def _detach(calls: Calls, inputs: Document, id_: str) -> None:
    if _attached(calls, inputs["policyArn"]) is not None:
        _set_attached(calls, Change(id_, inputs, {"policyArn": inputs["policyArn"]}))


POLICY_ATTACHMENT = entry(
    Kind(
        token="aws:iam/policyAttachment:PolicyAttachment",
        service="iam",
        describe=_attachment,
        id="name",
        key=lambda inputs, id_: {},
        create=_attach,
        delete=_detach,
        fixed="policyArn",
        extra=(Update(keys("roles users groups"), _set_attached),),
        observe=lambda told: dict(told),
        name="name",
        longest_name=128,
        identity=("policyArn",),
        has_region=False,
    )
)


def _open_id(calls: Calls, inputs: Document, id_: str) -> Document | None:
    host = str(inputs.get("url", "")).removeprefix("https://")
    arn = id_ or f"arn:aws:iam::{account(calls)}:oidc-provider/{host}"
    found = calls.look("GetOpenIDConnectProvider", *_NONE, OpenIDConnectProviderArn=arn)
    return {**found, "arn": arn, "Url": f"https://{found['Url'].removeprefix('https://')}"} if found else None


def _set_clients(calls: Calls, change: Change) -> None:
    wanted = set(change.new.get("clientIdLists") or [])
    now = set((_open_id(calls, {}, change.id) or {}).get("ClientIDList", []))
    for verb, ids in (("AddClientIDTo", wanted - now), ("RemoveClientIDFrom", now - wanted)):
        for client in sorted(ids):
            calls.call(f"{verb}OpenIDConnectProvider", OpenIDConnectProviderArn=change.id, ClientID=client)


def _set_thumbprints(calls: Calls, change: Change) -> None:
    wanted = list(change.new.get("thumbprintLists") or [])
    calls.call(
        "UpdateOpenIDConnectProviderThumbprint", OpenIDConnectProviderArn=change.id, ThumbprintList=wanted
    )


OPEN_ID_PROVIDER = entry(
    Kind(
        token="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        service="iam",
        describe=_open_id,
        id=lambda told: told.get("arn") or told["OpenIDConnectProviderArn"],
        key=lambda inputs, id_: {"OpenIDConnectProviderArn": id_},
        create="CreateOpenIDConnectProvider",
        delete="DeleteOpenIDConnectProvider",
        gone=_NONE,
        fixed="url",
        extra=(
            Update(keys("clientIdLists"), _set_clients),
            Update(keys("thumbprintLists"), _set_thumbprints),
        ),
        rules={"clientIdLists": Rule("ClientIDList"), "thumbprintLists": Rule("ThumbprintList")},
        outputs={"arn": "arn"},
        tagging=Tagging("arn", "TagOpenIDConnectProvider", "UntagOpenIDConnectProvider", list=""),
        shared="thumbprintLists",
        identity=("url",),
        has_region=False,
    )
)

ENTRIES = (ROLE_POLICY, POLICY_ATTACHMENT, OPEN_ID_PROVIDER)
