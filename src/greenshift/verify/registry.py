"""The groups of the suite, in the order of the report."""

from __future__ import annotations

from collections.abc import Collection

from greenshift.errors import UsageError
from greenshift.verify.check import Group
from greenshift.verify.groups import (
    alarms,
    artifacts,
    build,
    functions,
    ledger,
    notifications,
    order,
    outputs,
    roles,
    traffic,
)

GROUPS: tuple[Group, ...] = (
    outputs.GROUP,
    order.GROUP,
    artifacts.GROUP,
    build.GROUP,
    ledger.GROUP,
    functions.GROUP,
    traffic.GROUP,
    alarms.GROUP,
    roles.GROUP,
    notifications.GROUP,
)


def select(names: Collection[str]) -> tuple[Group, ...]:
    """The groups of these names, all for none; a name there is no group for is an error that lists them."""
    known = [group.name for group in GROUPS]
    for name in names:
        if name not in known:
            raise UsageError(f"there is no group {name!r}", hint=f"groups: {', '.join(known)}")
    return tuple(group for group in GROUPS if not names or group.name in names)
