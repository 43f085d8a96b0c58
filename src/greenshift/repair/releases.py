"""A release without an end: the controller is asked to take it back, as it does with every failed one."""

from __future__ import annotations

from greenshift.checks import Finding
from greenshift.checks.deployed.endless import why_endless
from greenshift.checks.deployed.facts import StackFacts
from greenshift.contract.names import PipelineNames
from greenshift.contract.statuses import BEFORE_SHIFT
from greenshift.repair.steps import Proposal, SettleRelease, Step


def propose(finding: Finding, facts: StackFacts) -> Proposal:
    release = facts.release(finding.resource)
    assert release is not None, "the finding was made from these facts"
    moves = (
        "no traffic was moved, so it ends as FAILED"
        if release.status in BEFORE_SHIFT
        else "every function goes back to the version it had before"
    )
    controller = PipelineNames(facts.pipeline).controller
    return Step(
        finding,
        will=f"ask {controller} to settle the release {release.id}, and wait for its end: {moves}",
        safe="the controller does what it does after every failure, under the release's own lease; asked "
        "twice, it does it once",
        action=SettleRelease(controller, release.id, f"repaired: {why_endless(release, facts)}"),
    )
