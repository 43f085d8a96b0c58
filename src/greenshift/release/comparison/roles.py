"""What roles may do, read from IAM: each role once, and each policy once however many roles have it.

A role or policy that may not be read is no error here: the comparison says that it was not read. A role of a
function is read with few permissions, and users attach what they like to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from greenshift.release.comparison.permissions import Permissions, Policy, policy_of
from greenshift.release.errors import code_of
from greenshift.release.services.pool import in_parallel

T = TypeVar("T")

# API reference, IAM: "Common errors"; the service answers with the first, proxies of it with the second.
_DENIED = frozenset({"AccessDenied", "AccessDeniedException"})


@dataclass(frozen=True)
class Role:
    """``permissions`` is absent when the role does not exist or may not be read."""

    arn: str
    permissions: Permissions | None = None
    is_gone: bool = False


@dataclass(frozen=True)
class _Attached:
    managed: tuple[str, ...]
    inline: tuple[Policy, ...]
    boundary: str | None


class Roles:
    """``client`` is a boto3 IAM client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def read(self, arns: Iterable[str]) -> Mapping[str, Role]:
        """Each role by its ARN. Calls: three a role and one an inline policy, two a distinct managed one."""
        distinct = sorted(set(arns))
        attached = dict(zip(distinct, in_parallel(self._attached, distinct), strict=True))
        wanted = {
            arn for each in attached.values() if isinstance(each, _Attached) for arn in _documents(each)
        }
        policies = {policy.name: policy for policy in in_parallel(self._managed, sorted(wanted))}
        return {
            arn: _role(arn, found, policies) if isinstance(found, _Attached) else found
            for arn, found in attached.items()
        }

    def _attached(self, arn: str) -> _Attached | Role:
        name = arn.rsplit("/", 1)[-1]
        try:
            role = self._client.get_role(RoleName=name)["Role"]
            managed = self._pages("list_attached_role_policies", "AttachedPolicies", name)
            inline = self._pages("list_role_policies", "PolicyNames", name)
        except ClientError as error:
            if code_of(error) in _DENIED:
                return Role(arn)
            if code_of(error) == "NoSuchEntity":
                return Role(arn, is_gone=True)
            raise
        return _Attached(
            tuple(str(each["PolicyArn"]) for each in managed),
            tuple(self._inline(name, str(each)) for each in inline),
            (role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn"),
        )

    def _pages(self, operation: str, member: str, role: str) -> list[Any]:
        pages = self._client.get_paginator(operation).paginate(RoleName=role)
        return [each for page in pages for each in page[member]]

    def _inline(self, role: str, name: str) -> Policy:
        return _readable(
            name, lambda: self._client.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        )

    def _managed(self, arn: str) -> Policy:
        def document() -> Mapping[str, object]:
            version = self._client.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            found = self._client.get_policy_version(PolicyArn=arn, VersionId=version)
            return dict(found["PolicyVersion"]["Document"])

        return _readable(arn, document)


def _readable(name: str, document: Callable[[], Mapping[str, object]]) -> Policy:
    try:
        return policy_of(name, document())
    except ClientError as error:
        # Gone is as good as unreadable: it was detached since it was listed.
        if code_of(error) in {*_DENIED, "NoSuchEntity"}:
            return Policy(name)
        raise


def _documents(attached: _Attached) -> list[str]:
    return [*attached.managed, *([attached.boundary] if attached.boundary else [])]


def _role(arn: str, found: _Attached, policies: Mapping[str, Policy]) -> Role:
    managed = tuple(policies[each] for each in sorted(found.managed))
    boundary = policies[found.boundary] if found.boundary else None
    return Role(arn, Permissions((*managed, *found.inline), boundary))
