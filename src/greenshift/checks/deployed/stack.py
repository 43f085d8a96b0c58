"""All checks of one deployed stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.checks.deployed.alarms import check_alarms
from greenshift.checks.deployed.conflicts import check_conflicts
from greenshift.checks.deployed.endless import check_endless
from greenshift.checks.deployed.facts import StackFacts
from greenshift.checks.deployed.hangs import check_hangs
from greenshift.checks.deployed.missed import check_missed
from greenshift.checks.deployed.orphans import check_orphans
from greenshift.checks.deployed.reading import read_stack
from greenshift.checks.deployed.releases import check_releases
from greenshift.checks.deployed.source import check_source
from greenshift.checks.deployed.traffic import check_traffic
from greenshift.checks.deployed.unreleased import check_unreleased
from greenshift.checks.deployed.watches import check_watches
from greenshift.checks.finding import Finding, ordered
from greenshift.errors import GreenshiftError
from greenshift.view import StackOutputs

#: Every rule about a deployed stack, by subject.
CHECKS: tuple[Callable[[StackFacts], Iterator[Finding]], ...] = (
    check_source,
    check_traffic,
    check_conflicts,
    check_hangs,
    check_releases,
    check_endless,
    check_missed,
    check_orphans,
    check_alarms,
    check_unreleased,
    check_watches,
)


def check_stack(
    outputs: StackOutputs, clients: Callable[[str], Any], *, is_local: bool = False
) -> tuple[Finding, ...]:
    """Worst first. Raises ``GreenshiftError`` when the stack cannot be read."""
    return ordered(findings(replace(look(outputs, clients), is_local=is_local)))


def look(outputs: StackOutputs, clients: Callable[[str], Any]) -> StackFacts:
    """Everything the rules judge. Raises ``GreenshiftError`` when the stack cannot be read."""
    try:
        return read_stack(outputs, clients)
    except ClientError as error:
        raise GreenshiftError(
            f"{error.operation_name}: {error.response['Error'].get('Message', error)}",
            hint="allow it to read this: doctor only reads, with the credentials of your shell",
        ) from None
    except BotoCoreError as error:
        raise GreenshiftError(f"AWS could not be asked: {error}", hint="check network and endpoint") from None


def findings(facts: StackFacts) -> Iterator[Finding]:
    for check in CHECKS:
        yield from check(facts)
