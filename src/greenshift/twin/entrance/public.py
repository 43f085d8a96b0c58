"""What of S3 everybody may do: what a bucket's policy gives to ``*``, and what an ACL gives to all users.

User guide, "How Amazon S3 authorizes a request" for an anonymous request, and "Blocking public access". A
bucket without a public access block has none here, as moto makes none; on AWS a new bucket has all four.
Everything is read anew for each request: anonymous ones are rare, and a stale answer would be a wrong one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenshift.twin.clock import Clock
from greenshift.twin.entrance import signature
from greenshift.twin.iam.evaluate import Access, Policies, Verdict, decide
from greenshift.twin.iam.keys import of_connection
from greenshift.twin.iam.needs import Facts, Need, Place, needs_of
from greenshift.twin.iam.policies import Backend, PolicyStore
from greenshift.twin.moto.wsgi import HttpRequest
from greenshift.twin.service import ServiceError

_NOBODY = "arn:aws:iam:::anonymous"
_EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"
_ABSENT = {"NoSuchBucket", "NoSuchKey", "NoSuchPublicAccessBlockConfiguration", "404"}
_BY_ACL = {
    "s3:GetObject": "READ",
    "s3:ListBucket": "READ",
    "s3:PutObject": "WRITE",
    "s3:DeleteObject": "WRITE",
}
"""User guide, "Access control list (ACL) overview": what a grant on an object, or on its bucket, lets do."""
_OF_OBJECTS = "s3:GetObject"


class Public:
    """Judges requests to S3 that nobody signed."""

    def __init__(self, backend: Backend, clock: Clock, place: Place) -> None:
        self._backend = backend
        self._clock = clock
        self._place = place

    async def admits(self, operation: str, parameters: Mapping[str, Any]) -> bool:
        needs = needs_of("s3", operation, parameters, self._place, Facts())
        if not needs or not parameters.get("Bucket"):
            return False
        try:
            return all([await self._one(need) for need in needs])
        except ServiceError:
            return False  # What cannot be judged, as a name that no bucket can have, is nobody's.

    def signed(self, request: HttpRequest) -> HttpRequest:
        """An admitted request as the account's own: moto would judge by rules of its own what is unsigned."""
        return signature.signed_by(request, self._place.account, self._place.region)

    async def _one(self, need: Need) -> bool:
        bucket, _, key = need.resource.removeprefix("arn:aws:s3:::").partition("/")
        block = await self._read("GetPublicAccessBlock", Bucket=bucket)
        blocked = block.get("PublicAccessBlockConfiguration", {})
        verdict = await self._by_policy(need)
        if verdict is Verdict.DENIED_BY_RESOURCE:
            return False
        if verdict is Verdict.ALLOWED:
            return not blocked.get("RestrictPublicBuckets", False)
        return not blocked.get("IgnorePublicAcls", False) and await self._by_acl(need.action, bucket, key)

    async def _by_policy(self, need: Need) -> Verdict:
        # A store of its own: the one of roles is told of no writes while roles are not judged.
        store = PolicyStore(self._backend, self._place.account)
        policy = await store.of_resource(need.action, need.resource)
        keys = of_connection(self._clock, self._place)
        access = Access(
            need.action, need.resource, _NOBODY, _NOBODY, {**keys, **{k: (v,) for k, v in need.keys}}
        )
        return decide(Policies(resource=policy), access)

    async def _by_acl(self, action: str, bucket: str, key: str) -> bool:
        permission = _BY_ACL.get(action)
        if permission is None:
            return False
        if action == _OF_OBJECTS:
            acl = await self._read("GetObjectAcl", Bucket=bucket, Key=key)
        else:
            acl = await self._read("GetBucketAcl", Bucket=bucket)
        return any(
            grant.get("Grantee", {}).get("URI") == _EVERYBODY
            and grant.get("Permission") in (permission, "FULL_CONTROL")
            for grant in acl.get("Grants", ())
        )

    async def _read(self, operation: str, **parameters: str) -> dict[str, Any]:
        try:
            return await self._backend.call("s3", operation, parameters, self._place.account)
        except ServiceError as error:
            if error.code in _ABSENT:
                return {}
            raise
