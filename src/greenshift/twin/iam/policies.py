"""The policies that have a say, read from moto and kept until somebody writes one.

Reading a role's policies takes several calls behind moto's one thread, so they are read once. Any write to
IAM, or to the policy of a bucket or topic, forgets everything: writes are rare, and being wrong is not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from greenshift.twin.iam.document import Document, parse
from greenshift.twin.service import ServiceError

_READING = ("Get", "List", "Simulate", "Generate")
_POLICY_WRITES = {
    "s3": {"CreateBucket", "DeleteBucket", "DeleteBucketPolicy", "PutBucketPolicy"},
    "sns": {"AddPermission", "CreateTopic", "DeleteTopic", "RemovePermission", "SetTopicAttributes"},
}
_ABSENT = {"NoSuchEntity", "NoSuchBucket", "NoSuchBucketPolicy", "NotFound", "NotFoundException"}


class Backend(Protocol):
    """moto, as far as it is needed here."""

    async def call(
        self, service: str, operation: str, parameters: Mapping[str, Any], access_key: str
    ) -> dict[str, Any]: ...


@dataclass(frozen=True)
class RolePolicies:
    """What is attached to a role; nothing for a role that does not exist."""

    identity: tuple[Document, ...] = ()
    boundary: Document | None = None


def is_policy_write(service: str, operation: str) -> bool:
    if service == "iam":
        return not operation.startswith(_READING)
    return operation in _POLICY_WRITES.get(service, ())


class PolicyStore:
    """Reads policies as the account itself, which every policy allows to read them."""

    def __init__(self, backend: Backend, account: str) -> None:
        self._backend = backend
        self._account = account
        self._roles: dict[str, RolePolicies] = {}
        self._resources: dict[str, Document | None] = {}
        self.generation = 0

    def forget(self) -> None:
        """Somebody wrote a policy; a read under way at this moment is not kept either."""
        self.generation += 1
        self._roles.clear()
        self._resources.clear()

    async def of_role(self, role_arn: str) -> RolePolicies:
        if role_arn not in self._roles:
            generation = self.generation
            found = await self._read_role(role_arn.rsplit("/", 1)[-1])
            if generation != self.generation:
                return found
            self._roles[role_arn] = found
        return self._roles[role_arn]

    async def of_resource(self, action: str, resource: str) -> Document | None:
        """The policy a resource keeps itself: a bucket's, a topic's, a role's trust policy."""
        owner = _owner(action, resource)
        if owner is None:
            return None
        if owner not in self._resources:
            generation = self.generation
            found = await self._read_resource(owner)
            if generation != self.generation:
                return found
            self._resources[owner] = found
        return self._resources[owner]

    async def _read_role(self, name: str) -> RolePolicies:
        role = await self._get("iam", "GetRole", {"RoleName": name})
        if role is None:
            return RolePolicies()
        boundary = role["Role"].get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        attached = await self._call("iam", "ListAttachedRolePolicies", {"RoleName": name, "MaxItems": 1000})
        inline = await self._call("iam", "ListRolePolicies", {"RoleName": name, "MaxItems": 1000})
        arns = [each["PolicyArn"] for each in attached["AttachedPolicies"]]
        return RolePolicies(
            identity=(
                *[await self._managed(arn) for arn in arns],
                *[await self._inline(name, each) for each in inline["PolicyNames"]],
            ),
            boundary=await self._managed(boundary) if boundary else None,
        )

    async def _managed(self, arn: str) -> Document:
        policy = await self._call("iam", "GetPolicy", {"PolicyArn": arn})
        version = {"PolicyArn": arn, "VersionId": policy["Policy"]["DefaultVersionId"]}
        found = await self._call("iam", "GetPolicyVersion", version)
        return _parsed(found["PolicyVersion"]["Document"])

    async def _inline(self, role: str, name: str) -> Document:
        found = await self._call("iam", "GetRolePolicy", {"RoleName": role, "PolicyName": name})
        return _parsed(found["PolicyDocument"])

    async def _read_resource(self, owner: str) -> Document | None:
        service, name = owner.split(":", 5)[2], owner.split(":", 5)[5]
        if service == "s3":
            found = await self._get("s3", "GetBucketPolicy", {"Bucket": name})
            return _parsed(found["Policy"]) if found else None
        if service == "iam":
            found = await self._get("iam", "GetRole", {"RoleName": name.rsplit("/", 1)[-1]})
            return _parsed(found["Role"]["AssumeRolePolicyDocument"]) if found else None
        found = await self._get("sns", "GetTopicAttributes", {"TopicArn": owner})
        text = found["Attributes"].get("Policy") if found else None
        return _parsed(text) if text else None

    async def _get(
        self, service: str, operation: str, parameters: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        try:
            return await self._call(service, operation, parameters)
        except ServiceError as error:
            if error.code in _ABSENT:
                return None
            raise

    async def _call(self, service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return await self._backend.call(service, operation, parameters, self._account)


def _owner(action: str, resource: str) -> str | None:
    """The ARN of whatever keeps a policy for this resource; None when nothing does."""
    if resource.startswith("arn:aws:s3:::"):
        return resource.partition("/")[0]
    if action == "sts:AssumeRole" or (action.startswith("sns:") and resource.startswith("arn:")):
        return resource if resource.count(":") >= 5 else None
    return None


def _parsed(document: object) -> Document:
    return parse(document if isinstance(document, str) else json.dumps(document))
