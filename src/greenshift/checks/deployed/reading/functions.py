"""Each function's aliases and published versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from greenshift.checks.deployed.facts import AliasFacts, VersionFacts
from greenshift.checks.deployed.reading.missing import unless_missing
from greenshift.view import FunctionOutputs

_CALLS_AT_ONCE = 8
# How Publish describes a version: `greenshift <release id>`.
_OURS = "greenshift "


def read(
    client: Any, functions: Iterable[FunctionOutputs]
) -> tuple[tuple[AliasFacts, ...], tuple[VersionFacts, ...]]:
    """Versions are listed before aliases: one that an alias got in between is then seen as used."""
    with ThreadPoolExecutor(_CALLS_AT_ONCE) as pool:
        found = list(pool.map(lambda function: _read(client, function), functions))
    return tuple(alias for alias, _ in found), tuple(version for _, some in found for version in some)


def _read(client: Any, function: FunctionOutputs) -> tuple[AliasFacts, list[VersionFacts]]:
    try:
        described = list(_pages(client, "list_versions_by_function", "Versions", function.name))
        aliases = list(_pages(client, "list_aliases", "Aliases", function.name))
    except ClientError as error:
        unless_missing(error)
        return AliasFacts(function), []
    live = next((alias for alias in aliases if alias["Name"] == function.alias), None)
    versions = [_version(function, each, aliases) for each in described if each["Version"] != "$LATEST"]
    return _alias(function, live), versions


def _pages(client: Any, operation: str, member: str, name: str) -> Iterator[dict[str, Any]]:
    for page in client.get_paginator(operation).paginate(FunctionName=name):
        yield from page[member]


def _alias(function: FunctionOutputs, alias: dict[str, Any] | None) -> AliasFacts:
    if alias is None:
        return AliasFacts(function)
    shares = tuple((version, round(100 * weight, 6)) for version, weight in sorted(_weights(alias).items()))
    return AliasFacts(function, alias["FunctionVersion"], shares, alias.get("RevisionId", ""))


def _version(
    function: FunctionOutputs, described: dict[str, Any], aliases: list[dict[str, Any]]
) -> VersionFacts:
    number, description = described["Version"], described.get("Description", "")
    release = description.removeprefix(_OURS) if description.startswith(_OURS) else ""
    users = [
        alias["Name"] for alias in aliases if number == alias["FunctionVersion"] or number in _weights(alias)
    ]
    return VersionFacts(function, number, release, tuple(users))


def _weights(alias: dict[str, Any]) -> dict[str, float]:
    weights: dict[str, float] = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return weights
