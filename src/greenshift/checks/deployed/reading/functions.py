"""Each function's aliases and published versions."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from greenshift.checks.deployed.facts import AliasFacts, VersionFacts
from greenshift.contract.holding import is_held
from greenshift.contract.working_copy import WorkingCopy
from greenshift.reading.functions import Alias, Version, read_aliases, read_versions
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
    versions, aliases = read_versions(client, function.name), read_aliases(client, function.name)
    live = next((alias for alias in aliases if alias.name == function.alias), None)
    copy = WorkingCopy.parse(live.description) if live else None
    facts = AliasFacts(function, live, copy is not None and is_held(copy.hold))
    return facts, [_version(function, each, aliases) for each in versions]


def _version(function: FunctionOutputs, version: Version, aliases: Iterable[Alias]) -> VersionFacts:
    is_ours = version.description.startswith(_OURS)
    release = version.description.removeprefix(_OURS) if is_ours else ""
    users = tuple(alias.name for alias in aliases if version.number in alias.versions)
    return VersionFacts(function, version.number, release, users)
