"""IAM roles, customer-managed policies, and what attaches one to the other.

Greenshift's own roles have no policies within them, on purpose; a user's role may (``role_policies``).
"""

from __future__ import annotations

from greenshift.engine.aws import role_policies
from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys, nothing
from greenshift.engine.aws.fit import Rule, fit, tag_list

_NONE = "NoSuchEntity"
_MOST_VERSIONS = 5  # of one policy (IAM user guide: quotas)

_ROLE_RULES = {
    "name": Rule("RoleName"),
    "assumeRolePolicy": Rule("AssumeRolePolicyDocument"),
    "tags": Rule(form=tag_list),
}
_POLICY_RULES = {
    "name": Rule("PolicyName"),
    "policy": Rule("PolicyDocument"),
    "tags": Rule(form=tag_list),
}


_NOT_SENT = role_policies.PROPERTIES | keys("namePrefix forceDetachPolicies")


def _create_role(calls: Calls, inputs: Document) -> Seen:
    sent = {key: value for key, value in inputs.items() if key not in _NOT_SENT}
    answer = calls.call("CreateRole", **fit(calls.model("CreateRole").input_shape, sent, _ROLE_RULES))
    role_policies.give(calls, Change(inputs["name"], {}, inputs))
    return _seen_role(answer["Role"])


def _seen_role(role: Document) -> Seen:
    outputs = {
        "arn": role["Arn"],
        "uniqueId": role["RoleId"],
        "createDate": role["CreateDate"].isoformat(),
        "path": role["Path"],
    }
    return Seen(role["RoleName"], outputs)


def _read_role(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    found = calls.look("GetRole", _NONE, RoleName=inputs["name"])
    return _seen_role(found["Role"]) if found is not None else None


def _update_trust(calls: Calls, change: Change) -> None:
    calls.call("UpdateAssumeRolePolicy", RoleName=change.id, PolicyDocument=change.new["assumeRolePolicy"])


def _update_role(calls: Calls, change: Change) -> None:
    calls.call(
        "UpdateRole",
        RoleName=change.id,
        Description=change.new.get("description") or "",
        MaxSessionDuration=change.new.get("maxSessionDuration") or 3600,
    )


def _update_boundary(calls: Calls, change: Change) -> None:
    boundary = change.new.get("permissionsBoundary")
    if boundary:
        calls.call("PutRolePermissionsBoundary", RoleName=change.id, PermissionsBoundary=boundary)
    else:
        calls.call("DeleteRolePermissionsBoundary", RoleName=change.id)


def _tag_role(calls: Calls, change: Change) -> None:
    if change.tags_removed:
        calls.call("UntagRole", RoleName=change.id, TagKeys=change.tags_removed)
    if change.tags_set:
        shape = calls.model("TagRole").input_shape.members["Tags"]
        calls.call("TagRole", RoleName=change.id, Tags=fit(shape, tag_list(change.tags_set), {}))


def _delete_role(calls: Calls, inputs: Document, id_: str) -> None:
    role_policies.take(calls, inputs, id_)
    calls.look("DeleteRole", _NONE, RoleName=id_)


_POLICY_NOT_SENT = keys("namePrefix delayAfterPolicyCreationInMs")


def _create_policy(calls: Calls, inputs: Document) -> Seen:
    sent = {key: value for key, value in inputs.items() if key not in _POLICY_NOT_SENT}
    answer = calls.call("CreatePolicy", **fit(calls.model("CreatePolicy").input_shape, sent, _POLICY_RULES))
    return _seen_policy(answer["Policy"])


def _seen_policy(policy: Document) -> Seen:
    return Seen(policy["Arn"], {"arn": policy["Arn"], "policyId": policy["PolicyId"], "path": policy["Path"]})


def _read_policy(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    if id_:
        found = calls.look("GetPolicy", _NONE, PolicyArn=id_)
        return _seen_policy(found["Policy"]) if found is not None else None
    for page in calls.pages("ListPolicies", Scope="Local"):
        for policy in page["Policies"]:
            if policy["PolicyName"] == inputs["name"]:
                return _seen_policy(policy)
    return None


def _update_policy(calls: Calls, change: Change) -> None:
    versions = calls.call("ListPolicyVersions", PolicyArn=change.id)["Versions"]
    spare = sorted(
        (item["CreateDate"], item["VersionId"]) for item in versions if not item["IsDefaultVersion"]
    )
    if len(versions) >= _MOST_VERSIONS:
        calls.call("DeletePolicyVersion", PolicyArn=change.id, VersionId=spare[0][1])
    calls.call(
        "CreatePolicyVersion", PolicyArn=change.id, PolicyDocument=change.new["policy"], SetAsDefault=True
    )


def _tag_policy(calls: Calls, change: Change) -> None:
    if change.tags_removed:
        calls.call("UntagPolicy", PolicyArn=change.id, TagKeys=change.tags_removed)
    if change.tags_set:
        shape = calls.model("TagPolicy").input_shape.members["Tags"]
        calls.call("TagPolicy", PolicyArn=change.id, Tags=fit(shape, tag_list(change.tags_set), {}))


def _delete_policy(calls: Calls, inputs: Document, id_: str) -> None:
    found = calls.look("ListPolicyVersions", _NONE, PolicyArn=id_)
    for version in (found or {}).get("Versions", []):
        if not version["IsDefaultVersion"]:
            calls.call("DeletePolicyVersion", PolicyArn=id_, VersionId=version["VersionId"])
    calls.look("DeletePolicy", _NONE, PolicyArn=id_)


def _attach(calls: Calls, inputs: Document) -> Seen:
    calls.call("AttachRolePolicy", RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
    return Seen(f"{inputs['role']}/{inputs['policyArn']}", {})


def _read_attachment(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    if calls.look("GetRole", _NONE, RoleName=inputs["role"]) is None:
        return None
    for page in calls.pages("ListAttachedRolePolicies", RoleName=inputs["role"]):
        if any(policy["PolicyArn"] == inputs["policyArn"] for policy in page["AttachedPolicies"]):
            return Seen(f"{inputs['role']}/{inputs['policyArn']}", {})
    return None


def _detach(calls: Calls, inputs: Document, id_: str) -> None:
    calls.look("DetachRolePolicy", _NONE, RoleName=inputs["role"], PolicyArn=inputs["policyArn"])


ENTRIES = (
    Entry(
        token="aws:iam/role:Role",
        service="iam",
        properties=keys(
            "name namePrefix description assumeRolePolicy path maxSessionDuration permissionsBoundary "
            "forceDetachPolicies tags"
        )
        | role_policies.PROPERTIES,
        replace=keys("path namePrefix"),
        name="name",
        create=_create_role,
        read=_read_role,
        update=(
            Update(keys("assumeRolePolicy"), _update_trust),
            Update(keys("description maxSessionDuration"), _update_role),
            Update(keys("permissionsBoundary"), _update_boundary),
            Update(role_policies.PROPERTIES, role_policies.give),
            Update(keys("forceDetachPolicies"), nothing),
            Update(keys("tags"), _tag_role),
        ),
        delete=_delete_role,
        shared=role_policies.PROPERTIES,
        has_region=False,
    ),
    Entry(
        token="aws:iam/policy:Policy",
        service="iam",
        properties=keys("name namePrefix description policy path delayAfterPolicyCreationInMs tags"),
        replace=keys("path description namePrefix"),
        name="name",
        longest_name=128,
        create=_create_policy,
        read=_read_policy,
        update=(
            Update(keys("policy"), _update_policy),
            Update(keys("delayAfterPolicyCreationInMs"), nothing),
            Update(keys("tags"), _tag_policy),
        ),
        delete=_delete_policy,
        has_region=False,
    ),
    Entry(
        token="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        service="iam",
        properties=keys("role policyArn"),
        replace=keys("role policyArn"),
        create=_attach,
        read=_read_attachment,
        delete=_detach,
        has_region=False,
    ),
)
