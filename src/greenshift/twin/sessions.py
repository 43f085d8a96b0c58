"""Role sessions: which access key is whose.

Credentials come from STS (moto); this remembers the principal behind each key, so that a request made with
them is made by that role.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from greenshift.twin.principal import Principal, Session
from greenshift.twin.service import ServiceError


class Sessions:
    """Access key id -> principal, and the sessions already open, by role and name."""

    def __init__(self, account: str) -> None:
        self._root = Principal.root(account)
        self._principals: dict[str, Principal] = {}
        self._keys: dict[Principal, str] = {}
        self._open: dict[tuple[str, str, str], Session] = {}

    def principal(self, access_key_id: str) -> Principal:
        """Who signs with this key; a key nobody was given is the person at the laptop."""
        return self._principals.get(access_key_id, self._root)

    def access_key(self, principal: Principal) -> str | None:
        return self._keys.get(principal)

    def find(self, role_arn: str, session_name: str, service: str) -> Session | None:
        return self._open.get((role_arn, session_name, service))

    def remember(self, role_arn: str, service: str, session: Session) -> None:
        self._principals[session.access_key_id] = session.principal
        self._keys[session.principal] = session.access_key_id
        self._open[role_arn, session.principal.session, service] = session

    def forget_role(self, role_name: str) -> None:
        """A deleted role's sessions are no longer given out."""
        for key in [key for key in self._open if key[0].rsplit("/", 1)[-1] == role_name]:
            del self._open[key]


def require_trust(role: Mapping[str, Any], role_arn: str, service: str) -> None:
    """Refuse a service that the role's trust policy does not name."""
    document = role["AssumeRolePolicyDocument"]
    policy = json.loads(document) if isinstance(document, str) else document
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    if not any(_allows(statement, service) for statement in statements):
        raise ServiceError(
            "AccessDenied",
            f"{service} is not authorized to perform: sts:AssumeRole on resource: {role_arn}",
            403,
        )


def _allows(statement: Mapping[str, Any], service: str) -> bool:
    principal = statement.get("Principal", {})
    services = principal.get("Service", []) if isinstance(principal, Mapping) else []
    named = [services] if isinstance(services, str) else services
    return statement.get("Effect") == "Allow" and service in named
