"""The decision itself, pure: an explicit deny wins, then somebody must allow.

User guide, "Policy evaluation logic" (within one account): a resource policy that names the caller allows by
itself; otherwise an identity policy must, and the permissions boundary, where there is one, must too. A
boundary also bounds what a resource policy gives to a role's ARN, though not what it gives to everyone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from greenshift.twin.iam import conditions
from greenshift.twin.iam.document import Document, Patterns, Statement
from greenshift.twin.iam.patterns import Keys, matches


class Verdict(Enum):
    """Why a call is allowed or not, in AWS's words ("Troubleshoot access denied error messages")."""

    ALLOWED = ""
    DENIED_BY_IDENTITY = "with an explicit deny in an identity-based policy"
    DENIED_BY_RESOURCE = "with an explicit deny in a resource-based policy"
    DENIED_BY_BOUNDARY = "with an explicit deny in a permissions boundary"
    NOT_ALLOWED = "because no identity-based policy allows the {action} action"
    NOT_IN_BOUNDARY = "because no permissions boundary allows the {action} action"


@dataclass(frozen=True)
class Access:
    """One action on one resource, by a role's session."""

    action: str
    resource: str
    role_arn: str
    session_arn: str
    keys: Keys = field(default_factory=dict)


@dataclass(frozen=True)
class Policies:
    """Everything that has a say."""

    identity: Sequence[Document] = ()
    boundary: Document | None = None
    resource: Document | None = None


def decide(policies: Policies, access: Access) -> Verdict:
    """May this be done? Every deny is looked for before any allow."""
    boundary = [policies.boundary] if policies.boundary else []
    resource = [policies.resource] if policies.resource else []
    if _any(policies.identity, access, allows=False):
        return Verdict.DENIED_BY_IDENTITY
    if _any(resource, access, allows=False, caller=(access.role_arn, access.session_arn)):
        return Verdict.DENIED_BY_RESOURCE
    if _any(boundary, access, allows=False):
        return Verdict.DENIED_BY_BOUNDARY
    if _any(resource, access, allows=True, caller=(access.session_arn,)):
        return Verdict.ALLOWED
    if not (
        _any(policies.identity, access, allows=True)
        or _any(resource, access, allows=True, caller=(access.role_arn,))
    ):
        return Verdict.NOT_ALLOWED
    if boundary and not _any(boundary, access, allows=True):
        return Verdict.NOT_IN_BOUNDARY
    return Verdict.ALLOWED


def trusts(document: Document, kind: str, name: str, keys: Keys) -> bool:
    """Whether a trust policy lets a principal (``Service``, ``AWS``) assume its role."""
    speaking = [
        statement
        for statement in document.statements
        if statement.principals is not None
        and {name, "*"} & set(statement.principals.of(kind))
        and _fits(statement.actions, "sts:AssumeRole", keys, ignore_case=True)
        and conditions.hold(statement.conditions, keys)
    ]
    return bool(speaking) and all(statement.allows for statement in speaking)


def _any(
    documents: Iterable[Document], access: Access, *, allows: bool, caller: tuple[str, ...] | None = None
) -> bool:
    return any(
        statement.allows is allows
        and (caller is None or _names(statement, caller, access.role_arn))
        and _applies(statement, access)
        for document in documents
        for statement in document.statements
    )


def _applies(statement: Statement, access: Access) -> bool:
    return (
        _fits(statement.actions, access.action, access.keys, ignore_case=True)
        and _fits(statement.resources, access.resource, access.keys)
        and conditions.hold(statement.conditions, access.keys)
    )


def _fits(wanted: Patterns, text: str, keys: Keys, *, ignore_case: bool = False) -> bool:
    found = any(matches(pattern, text, keys, ignore_case=ignore_case) for pattern in wanted.patterns)
    return found is not wanted.inverted


def _names(statement: Statement, caller: tuple[str, ...], role_arn: str) -> bool:
    """Whether a resource policy's Principal means one of these ARNs, or everybody.

    A deny may also name the whole account; an allow of the account only leaves it to identity policies.
    """
    if statement.principals is None:
        return False
    account = role_arn.split(":")[4]
    own = {*caller, "*"}
    if not statement.allows or statement.principals.inverted:
        own |= {account, f"arn:aws:iam::{account}:root"}
    found = any(name in own for name in statement.principals.of("AWS"))
    return found is not statement.principals.inverted
