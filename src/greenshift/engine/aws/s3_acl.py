"""Who may do what with a bucket, in the way of before policies: canned lists and grants."""

from __future__ import annotations

from typing import Any

from greenshift.engine.aws.calls import Calls, Document


def put_acl(calls: Calls, bucket: str, acl: Any) -> None:
    calls.call("PutBucketAcl", Bucket=bucket, ACL=acl or "private")


def put_grants(calls: Calls, bucket: str, grants: Any) -> None:
    """All of them at once; the owner stays who it is."""
    owner = calls.call("GetBucketAcl", Bucket=bucket)["Owner"]
    wanted = [
        {"Grantee": _grantee(grant), "Permission": permission}
        for grant in grants
        for permission in grant["permissions"]
    ]
    calls.call("PutBucketAcl", Bucket=bucket, AccessControlPolicy={"Owner": owner, "Grants": wanted})


def grants_of(calls: Calls, bucket: str) -> list[Document] | None:
    """Each grantee with its permissions; None where the owner alone may do all, as in a new bucket."""
    answer = calls.call("GetBucketAcl", Bucket=bucket)
    found: dict[tuple[str, str], Document] = {}
    for each in answer["Grants"]:
        told = each["Grantee"]
        grant = {key: told[name] for key, name in _MEMBERS.items() if told.get(name)}
        known = found.setdefault((told["Type"], told.get("ID") or told.get("URI")), grant)
        known["permissions"] = sorted([*known.get("permissions", []), each["Permission"]])
    usual = ("CanonicalUser", answer["Owner"]["ID"])
    if list(found) == [usual] and found[usual]["permissions"] == ["FULL_CONTROL"]:
        return None
    return list(found.values())


_MEMBERS = {"id": "ID", "type": "Type", "uri": "URI"}


def _grantee(grant: Document) -> Document:
    return {name: grant[key] for key, name in _MEMBERS.items() if grant.get(key)}
