"""Lambda: a function's configuration and code, its published versions, its aliases, and whom it admits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.contract.names import lambda_log_group
from greenshift.contract.policies import Statement, parse_policy
from greenshift.reading.absence import unless_absent

_ABSENT = ("ResourceNotFoundException",)


@dataclass(frozen=True)
class Alias:
    """Where an alias points."""

    version: str
    weights: tuple[tuple[str, float], ...] = ()
    """Each further version -> the percent of the traffic it takes."""
    revision: str = field(default="", compare=False)
    """Its RevisionId: what a change of this alias, and of no later one, is made on."""
    name: str = field(default="", compare=False)
    description: str = field(default="", compare=False)

    @property
    def versions(self) -> tuple[str, ...]:
        return (self.version, *(version for version, _ in self.weights))

    @property
    def new_version(self) -> str:
        """The version that takes a share besides the one it points to; empty for none."""
        return next((version for version, _ in self.weights), "")

    @property
    def new_percent(self) -> float:
        return next((percent for _, percent in self.weights), 0.0)

    def share_of(self, version: str) -> float:
        """The percent of the traffic a version serves through it."""
        shares = dict(self.weights)
        if version == self.version:
            return 100.0 - sum(shares.values())
        return shares.get(version, 0.0)

    def __str__(self) -> str:
        shares = [f"{percent:g} % on version {version}" for version, percent in self.weights]
        return ", ".join([f"version {self.version}", *shares])


@dataclass(frozen=True)
class Version:
    number: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """A function as ``$LATEST`` has it, or as a version froze it."""

    version: str
    runtime: str = ""
    state: str = "Active"
    last_update: str = "Successful"
    role_arn: str = ""
    code_sha256: str = ""
    description: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    log_group: str = ""
    package_type: str = "Zip"


@dataclass(frozen=True)
class Code:
    """``location`` is where the package can be fetched for ten minutes (API reference, GetFunction)."""

    runtime: str
    size: int
    location: str


def read_alias(client: Any, function: str, alias: str) -> Alias | None:
    with unless_absent(*_ABSENT):
        return _alias(client.get_alias(FunctionName=function, Name=alias))
    return None


def read_aliases(client: Any, function: str) -> tuple[Alias, ...]:
    """All of them; none of a function that does not exist."""
    with unless_absent(*_ABSENT):
        return tuple(_alias(each) for each in _pages(client, "list_aliases", "Aliases", function))
    return ()


def read_versions(client: Any, function: str) -> tuple[Version, ...]:
    """The published ones, as Lambda lists them; none of a function that does not exist."""
    with unless_absent(*_ABSENT):
        found = list(_pages(client, "list_versions_by_function", "Versions", function))
        published = [each for each in found if each["Version"] != "$LATEST"]
        return tuple(Version(each["Version"], each.get("Description", "")) for each in published)
    return ()


def read_configuration(client: Any, function: str, qualifier: str = "") -> Configuration | None:
    """The configuration of ``$LATEST``, or of the version that ``qualifier`` names or its alias points to."""
    qualified = {"Qualifier": qualifier} if qualifier else {}
    with unless_absent(*_ABSENT):
        return _configuration(client.get_function_configuration(FunctionName=function, **qualified), function)
    return None


def read_code(client: Any, function: str, qualifier: str) -> Code | None:
    with unless_absent(*_ABSENT):
        found = client.get_function(FunctionName=function, Qualifier=qualifier)
        settings = found["Configuration"]
        return Code(settings.get("Runtime", ""), settings["CodeSize"], found["Code"]["Location"])
    return None


def read_admitted(client: Any, function: str) -> tuple[Statement, ...]:
    """What the function's own policy says; nothing when it has none."""
    with unless_absent(*_ABSENT):
        return parse_policy(client.get_policy(FunctionName=function)["Policy"])
    return ()


def _pages(client: Any, operation: str, member: str, function: str) -> Iterator[dict[str, Any]]:
    for page in client.get_paginator(operation).paginate(FunctionName=function):
        yield from page[member]


def _alias(found: Mapping[str, Any]) -> Alias:
    weights = (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    shares = tuple((version, round(100 * weight, 6)) for version, weight in sorted(weights.items()))
    return Alias(
        found["FunctionVersion"],
        shares,
        found.get("RevisionId", ""),
        found.get("Name", ""),
        found.get("Description", ""),
    )


def _configuration(found: Mapping[str, Any], function: str) -> Configuration:
    return Configuration(
        version=found.get("Version", ""),
        runtime=found.get("Runtime", ""),
        # Absent in answers about functions that were made before Lambda had states: those are active.
        state=found.get("State", "Active"),
        last_update=found.get("LastUpdateStatus", "Successful"),
        role_arn=found.get("Role", ""),
        code_sha256=found.get("CodeSha256", ""),
        description=found.get("Description", ""),
        environment=found.get("Environment", {}).get("Variables", {}),
        # A function writes elsewhere only when its logging configuration says so.
        log_group=found.get("LoggingConfig", {}).get("LogGroup") or lambda_log_group(function),
        package_type=found.get("PackageType", "Zip"),
    )
