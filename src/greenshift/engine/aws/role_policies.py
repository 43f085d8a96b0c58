"""What a role says of its own policies: ``managedPolicyArns`` and ``inlinePolicies``.

Where a program says either, it says all of them: what else is attached, or within the role, is taken away.
Where it is silent they are left alone, for attachments of their own [pulumi-aws: iam.Role].
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import unquote

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, keys

_NONE = "NoSuchEntity"
PROPERTIES = keys("managedPolicyArns inlinePolicies")


def give(calls: Calls, change: Change) -> None:
    """Attach and write what the new inputs say, and nothing else."""
    changed = change.changed(PROPERTIES)
    if changed.get("managedPolicyArns") is not None:
        _attach(calls, change.id, set(changed["managedPolicyArns"]))
    if changed.get("inlinePolicies") is not None:
        _write(calls, change.id, _by_name(changed["inlinePolicies"]))


def take(calls: Calls, inputs: Document, role: str) -> None:
    """Before a role is deleted: what it said itself, and everything where it is to be forced."""
    if calls.look("GetRole", _NONE, RoleName=role) is None:
        return
    if inputs.get("forceDetachPolicies") or inputs.get("managedPolicyArns"):
        _attach(calls, role, set())
    if inputs.get("forceDetachPolicies") or inputs.get("inlinePolicies"):
        _write(calls, role, {})


def observed(calls: Calls, role: str) -> Document:
    """Both properties, as what is there says them."""
    written = [{"name": name, "policy": _text(calls, role, name)} for name in sorted(_inline(calls, role))]
    return {"managedPolicyArns": sorted(_attached(calls, role)), "inlinePolicies": written}


def _text(calls: Calls, role: str, name: str) -> str:
    document = calls.call("GetRolePolicy", RoleName=role, PolicyName=name)["PolicyDocument"]
    return json.dumps(document) if isinstance(document, dict) else unquote(document)


def _attached(calls: Calls, role: str) -> set[str]:
    pages = calls.pages("ListAttachedRolePolicies", RoleName=role)
    return {str(policy["PolicyArn"]) for page in pages for policy in page["AttachedPolicies"]}


def _inline(calls: Calls, role: str) -> set[str]:
    return {
        str(name) for page in calls.pages("ListRolePolicies", RoleName=role) for name in page["PolicyNames"]
    }


def _attach(calls: Calls, role: str, wanted: set[str]) -> None:
    now = _attached(calls, role)
    for verb, arns in (("Detach", now - wanted), ("Attach", wanted - now)):
        for arn in sorted(arns):
            calls.call(f"{verb}RolePolicy", RoleName=role, PolicyArn=arn)


def _write(calls: Calls, role: str, wanted: Mapping[str, str]) -> None:
    for name in sorted(_inline(calls, role) - set(wanted)):
        calls.call("DeleteRolePolicy", RoleName=role, PolicyName=name)
    for name, policy in sorted(wanted.items()):
        calls.call("PutRolePolicy", RoleName=role, PolicyName=name, PolicyDocument=policy)


def _by_name(policies: list[Document] | None) -> dict[str, str]:
    """An empty item says that there is to be none [pulumi-aws: iam.Role, inlinePolicies]."""
    return {item["name"]: item["policy"] for item in policies or () if item.get("name")}
