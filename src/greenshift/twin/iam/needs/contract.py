"""The small vocabulary every service's table is written in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Parameters = Mapping[str, Any]
"""An operation's parameters as its API names them; nothing in them has been validated yet."""


@dataclass(frozen=True)
class Need:
    """One permission: an action on one resource. ``instead`` lists actions that serve as well."""

    action: str
    resource: str
    keys: tuple[tuple[str, str], ...] = ()
    """Condition keys that only this request has, such as ``s3:prefix``."""
    instead: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Builds ARNs of this account and region."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def or_arn(self, service: str, resource: str, given: object) -> str:
        """An ARN as it was given, or the one a plain name stands for."""
        text = str(given or "")
        return text if text.startswith("arn:") else self.arn(service, resource.format(text))


@dataclass
class Facts:
    """What a request alone does not tell, looked up before its needs are asked for."""

    deployments: dict[str, tuple[str, str]] = field(default_factory=dict)
    """CodeDeploy deployment id -> application and group; both never change."""
    configs: dict[tuple[str, str], str] = field(default_factory=dict)
    """CodeDeploy application and group -> the group's deployment config."""
    secrets: dict[str, str] = field(default_factory=dict)
    """Secret name -> its ARN, which ends in six characters nobody can guess."""


Find = Callable[[Parameters, Place, Facts], Iterable[Need]]
Table = Mapping[str, Find]
Resource = Callable[[Parameters, Place], str | Iterable[str]]


def on(service: str, resource: Resource, *operations: str) -> dict[str, Find]:
    """Operations whose action carries their own name, on the same kind of resource."""
    return {operation: action(f"{service}:{operation}", resource) for operation in operations}


def action(name: str, resource: Resource) -> Find:
    """An operation whose action has another name, or stands alone."""

    def find(parameters: Parameters, place: Place, _: Facts) -> Iterable[Need]:
        found = resource(parameters, place)
        return [Need(name, each) for each in ([found] if isinstance(found, str) else found)]

    return find


def both(*finds: Find) -> Find:
    """An operation that takes more than one permission."""
    return lambda parameters, place, facts: [
        need for find in finds for need in find(parameters, place, facts)
    ]


def everything(_: Parameters, __: Place) -> str:
    """For actions that know no resource."""
    return "*"


def pass_role(member: str, service: str) -> Find:
    """Handing a role to a service takes iam:PassRole on it; ``iam:PassedToService`` says which (user guide,
    "Pass a role to a service")."""
    told = (("iam:passedtoservice", f"{service}.amazonaws.com"),)

    def find(parameters: Parameters, _: Place, __: Facts) -> Iterable[Need]:
        holder: Any = parameters
        for name in member.split("."):
            holder = holder.get(name) if isinstance(holder, Mapping) else None
        return [Need("iam:PassRole", str(holder), told)] if holder else []

    return find


def nothing(_: Parameters, __: Place, ___: Facts) -> Iterable[Need]:
    """For what everybody may do."""
    return []


def texts(given: object) -> list[str]:
    """The members of a list of names; empty for whatever is none."""
    return [str(each) for each in given] if isinstance(given, list | tuple) else []
