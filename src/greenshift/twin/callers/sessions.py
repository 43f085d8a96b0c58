"""Role sessions: which access key is whose.

Credentials come from STS (moto); this remembers the principal behind each key, so that a request made with
them is made by that role.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from greenshift.twin.callers.principal import Principal, Session
from greenshift.twin.iam.document import Document, parse
from greenshift.twin.iam.evaluate import trusts
from greenshift.twin.service import ServiceError


class Sessions:
    """Access key id -> principal, and the sessions already open, by role and name."""

    kept: ClassVar[tuple[str, ...]] = ("_principals", "_keys")

    def __init__(self, account: str) -> None:
        self._root = Principal.root(account)
        self._principals: dict[str, Principal] = {}
        self._keys: dict[Principal, str] = {}
        self._open: dict[tuple[str, str, str], Session] = {}

    def principal(self, access_key_id: str) -> Principal:
        """Who signs with this key; a key nobody was given is the person at the laptop, no key nobody."""
        if not access_key_id:
            return Principal.anonymous()
        return self._principals.get(access_key_id, self._root)

    def access_key(self, principal: Principal) -> str | None:
        return self._keys.get(principal)

    def find(self, role_arn: str, session_name: str, service: str) -> Session | None:
        return self._open.get((role_arn, session_name, service))

    def remember(self, role_arn: str, service: str, session: Session) -> None:
        self._principals[session.access_key_id] = session.principal
        self._keys[session.principal] = session.access_key_id
        self._open[role_arn, session.principal.session, service] = session

    def learn(self, access_key_id: str, parameters: Mapping[str, Any]) -> None:
        """Remember whose the credentials are that an AssumeRole request was answered with."""
        principal = Principal("role", str(parameters["RoleArn"]), str(parameters["RoleSessionName"]))
        self._principals[access_key_id] = principal
        self._keys[principal] = access_key_id

    def forget_role(self, role_name: str) -> None:
        """A deleted role's sessions are no longer given out."""
        for key in [key for key in self._open if key[0].rsplit("/", 1)[-1] == role_name]:
            del self._open[key]


def require_trust(role: Mapping[str, Any], role_arn: str, service: str, account: str) -> None:
    """Refuse a service that the role's trust policy does not name, or names for another account."""
    document = role["AssumeRolePolicyDocument"]
    policy = parse(document if isinstance(document, str) else json.dumps(document))
    if not trusts(_judged(policy), "Service", service, {"aws:sourceaccount": (account,)}):
        raise ServiceError(
            "AccessDenied",
            f"{service} is not authorized to perform: sts:AssumeRole on resource: {role_arn}",
            403,
        )


def _judged(policy: Document) -> Document:
    """The policy without ``aws:SourceArn``: no service here tells for which resource it takes a role."""
    return Document(
        tuple(
            replace(each, conditions=tuple(c for c in each.conditions if c.key != "aws:sourcearn"))
            for each in policy.statements
        )
    )
