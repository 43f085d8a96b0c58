"""All checks of one deployed stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.checks.deployed.alarms import check_alarms
from greenshift.checks.deployed.facts import StackFacts
from greenshift.checks.deployed.reading import read_stack
from greenshift.checks.deployed.releases import check_releases
from greenshift.checks.deployed.source import check_source
from greenshift.checks.deployed.traffic import check_traffic
from greenshift.checks.finding import Finding, ordered
from greenshift.errors import GreenshiftError
from greenshift.view import StackOutputs


def check_stack(outputs: StackOutputs, clients: Callable[[str], Any]) -> tuple[Finding, ...]:
    """Worst first. Raises ``GreenshiftError`` when the stack cannot be read."""
    try:
        facts = read_stack(outputs, clients)
    except ClientError as error:
        raise GreenshiftError(
            f"{error.operation_name}: {error.response['Error'].get('Message', error)}",
            hint="doctor reads only; docs/aws.md lists what it must be allowed to read",
        ) from None
    except BotoCoreError as error:
        raise GreenshiftError(f"AWS could not be asked: {error}", hint="check network and endpoint") from None
    return ordered(findings(facts))


def findings(facts: StackFacts) -> Iterator[Finding]:
    for check in (check_source, check_traffic, check_releases, check_alarms):
        yield from check(facts)
