"""Which findings repair fixes, and in which order: what may move traffic ends before an alias is moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from greenshift.checks import Finding
from greenshift.checks.deployed.conflicts import CONFLICT
from greenshift.checks.deployed.endless import ENDLESS
from greenshift.checks.deployed.facts import StackFacts
from greenshift.checks.deployed.hangs import HANGING
from greenshift.checks.deployed.missed import MISSED
from greenshift.checks.deployed.orphans import ORPHAN
from greenshift.checks.deployed.traffic import LEFT_COPY, OFF, SPLIT
from greenshift.repair import aliases, deployments, events, releases, versions
from greenshift.repair.steps import Proposal

Propose = Callable[[Finding, StackFacts], Proposal]

RULES: Mapping[str, Propose] = {
    CONFLICT: deployments.propose,
    HANGING: deployments.propose,
    ENDLESS: releases.propose,
    SPLIT: aliases.propose,
    OFF: aliases.propose,
    LEFT_COPY: aliases.propose,
    MISSED: events.propose,
    ORPHAN: versions.propose,
}
