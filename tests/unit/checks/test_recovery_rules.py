"""What a release, CodeDeploy or the recorder left unfinished: a stack's facts in, findings out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.accounts.repair_facts import (
    CHARGE,
    NOW,
    REFUND,
    deployment,
    execution,
    part,
    release,
    stack,
    version,
)

from greenshift.checks.deployed import findings
from greenshift.checks.deployed.facts import AliasFacts, StackFacts
from greenshift.checks.deployed.missed import retention
from greenshift.checks.deployed.recorded import resting_version
from greenshift.contract.status_words import word
from greenshift.reading.functions import Alias


def rules(facts: StackFacts) -> list[tuple[str, str]]:
    return [(finding.rule, finding.resource) for finding in findings(facts)]


def test_a_stack_at_rest_has_no_findings() -> None:
    assert rules(stack()) == []


# --- aliases --------------------------------------------------------------------------------------------

SPLIT = AliasFacts(CHARGE, Alias("1", (("2", 10.0),)))


def resting(alias: AliasFacts, **members: Any) -> str:
    return resting_version(alias, stack(aliases=(alias,), **members))


def test_a_split_alias_belongs_on_the_version_of_the_ledger() -> None:
    (found,) = findings(stack(aliases=(SPLIT,)))

    assert (found.rule, found.level, found.function) == ("alias-split", "error", "charge")
    assert found.fix == "greenshift repair --only alias-split puts it whole on version 2"


def test_an_alias_the_last_release_could_not_restore_belongs_where_it_came_from() -> None:
    """Whoever moved it since, or what CodeDeploy left of it: the last good set is the reference."""
    lost = (release("r1", "FAILED", part("FAILED")),)

    assert resting(SPLIT, releases=lost) == "1"
    assert resting(AliasFacts(CHARGE, Alias("7")), releases=lost) == "1"


def test_an_alias_that_a_release_may_still_move_belongs_nowhere_yet() -> None:
    moving = release("r1", "ROLLING_BACK", part("ROLLING_BACK"), ended_at="")

    assert resting(SPLIT, releases=(moving,)) == ""


def test_a_function_nobody_released_belongs_on_its_bootstrap_version() -> None:
    versions = (version("3"), version("4"), version("12", "r9"))

    assert resting(AliasFacts(CHARGE, Alias("4")), releases=(), versions=versions) == "3"
    astray = stack(
        releases=(), executions=(), versions=versions, aliases=(AliasFacts(CHARGE, Alias("4")),), alarms=()
    )
    (found,) = findings(astray)
    assert (found.rule, "left it on 3" in found.what) == ("alias-off-ledger", True)


def test_an_alias_on_a_release_whose_row_has_expired_is_left_alone() -> None:
    versions = (version("1"), version("12", "gone", ("live",)))

    assert resting(AliasFacts(CHARGE, Alias("12")), releases=(), versions=versions) == ""


def test_a_release_that_never_named_the_function_says_nothing_of_it() -> None:
    failed = (release("r1", "FAILED"),)

    assert resting(AliasFacts(CHARGE, Alias("1")), releases=failed, versions=(version("1"),)) == "1"


# --- deployments that conflict --------------------------------------------------------------------------


def test_a_deployment_made_by_hand_conflicts() -> None:
    (found,) = findings(stack(deployments=(deployment("d-1"),)))

    assert (found.rule, found.level, found.function) == ("deployment-conflict", "error", "charge")
    assert "it belongs to no release" in found.what
    assert "greenshift repair --only deployment-conflict" in found.fix


def test_a_deployment_of_a_release_that_has_ended_conflicts() -> None:
    assert rules(stack(deployments=(deployment("d-1", release="r1"),))) == [("deployment-conflict", "d-1")]


def test_a_deployment_of_a_release_under_way_does_not() -> None:
    running = stack(running=frozenset({"r2"}), deployments=(deployment("d-1", release="r2"),))
    open_row = (release("r2", "SHIFTING", part(), ended_at="", lease_until="2026-05-01T12:03:00.000Z"),)

    assert rules(running) == []
    assert (
        rules(stack(releases=open_row, deployments=(deployment("d-1", release="r2"),), executions=())) == []
    )


def test_codedeploys_own_way_back_does_not() -> None:
    assert rules(stack(deployments=(deployment("d-1", is_rollback=True),))) == []


def test_of_two_deployments_in_one_group_the_later_one_conflicts() -> None:
    two = (deployment("d-2", ago=1, release="r2"), deployment("d-1", ago=2, release="r2"))
    facts = stack(running=frozenset({"r2"}), deployments=two)

    (found,) = findings(facts)

    assert (found.rule, found.resource) == ("deployment-conflict", "d-2")
    assert "d-1 runs in the same group" in found.what
    elsewhere = replace(two[0], group=REFUND.deployment_group)
    assert rules(replace(facts, deployments=(elsewhere, two[1]))) == []


# --- deployments that hang ------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "hangs"), [(129, False), (130, True)])
def test_a_deployment_hangs_after_its_whole_shift_and_an_hour_for_each_hook(
    minutes: int, hangs: bool
) -> None:
    slow = deployment("d-1", ago=minutes, release="r2", shift=timedelta(minutes=10))

    found = rules(stack(running=frozenset({"r2"}), deployments=(slow,)))

    assert found == ([("deployment-hanging", "d-1")] if hangs else [])


@pytest.mark.parametrize(("minutes", "hangs"), [(47, False), (48, True)])
def test_a_deployment_hangs_when_nobody_is_left_to_report_its_hook(minutes: int, hangs: bool) -> None:
    since = NOW - timedelta(minutes=minutes)
    silent = deployment("d-1", ago=60, release="r2", hook="BeforeAllowTraffic", hook_since=since)

    found = list(findings(stack(running=frozenset({"r2"}), deployments=(silent,))))

    assert [each.rule for each in found] == (["deployment-hanging"] if hangs else [])
    assert all("BeforeAllowTraffic hook has not reported for 48 min" in each.what for each in found)


# --- releases without an end ----------------------------------------------------------------------------


def endless(status: str = "SHIFTING", ago: float = 60, **members: Any) -> StackFacts:
    stuck = release("r2", status, part("SHIFTING", "2", "3"), ended_at="", **members)
    return stack(
        releases=(stuck, release("r1", "SUCCEEDED", part())),
        executions=(execution("r2", "Stopped", ago=ago),),
    )


@pytest.mark.parametrize("status", ["PUBLISHING", "PUBLISHED", "SHIFTING", "ROLLING_BACK"])
def test_a_release_whose_execution_has_ended_has_no_end(status: str) -> None:
    (found,) = findings(endless(status))

    assert (found.rule, found.level, found.resource) == ("release-without-end", "error", "r2")
    assert "its execution has ended" in found.what
    assert "greenshift repair --only release-without-end" in found.fix


def test_the_recorder_gets_its_time_after_the_end_of_an_execution() -> None:
    assert rules(endless(ago=14)) == []
    assert rules(endless(ago=15)) == [("release-without-end", "r2")]


def test_a_release_that_somebody_moves_at_this_moment_is_left_to_them() -> None:
    assert rules(endless(lease_until="2026-05-01T12:00:01.000Z")) == []
    assert rules(endless(lease_until="2026-05-01T11:59:59.000Z")) == [("release-without-end", "r2")]


def test_a_release_under_way_is_without_end_only_when_its_lease_ran_out_long_ago() -> None:
    def seen(**members: Any) -> list[tuple[str, str]]:
        return rules(replace(endless(**members), running=frozenset({"r2"})))

    assert seen() == []
    assert seen(lease_until="2026-05-01T11:30:01.000Z") == []
    assert seen(lease_until="2026-05-01T11:30:00.000Z") == [("release-without-end", "r2")]


def test_a_release_whose_execution_nobody_knows_any_more_is_without_end() -> None:
    assert rules(replace(endless(), executions=())) == [("release-without-end", "r2")]


# --- missed events --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["Failed", "Stopped", "Superseded", "Cancelled"])
def test_an_execution_that_ended_without_a_row_was_missed(status: str) -> None:
    facts = stack(executions=(execution("r2", status),), unrecorded=frozenset({"r2"}))

    (found,) = findings(facts)

    assert (found.rule, found.level, found.resource) == ("missed-event", "warning", "r2")
    assert f"ended ({word(status)}) at 2026-05-01 11:00:00 UTC, and the ledger has no row of it" in found.what


def test_one_that_succeeded_and_whose_row_is_gone_cannot_be_told_again() -> None:
    assert rules(stack(executions=(execution("r2", "Succeeded"),), unrecorded=frozenset({"r2"}))) == []


@pytest.mark.parametrize("notified", ["", "2026-05-01T10:00:00.000Z"])
def test_an_end_that_nobody_was_told_was_missed(notified: str) -> None:
    untold = (release("r1", "SUCCEEDED", part(), notified=notified),)

    (found,) = findings(stack(releases=untold))

    assert (found.rule, found.resource) == ("missed-event", "r1")
    assert "nobody was told that its release is succeeded" in found.what


def test_an_event_may_still_be_on_its_way() -> None:
    recent = (execution("r2", "Failed", ago=14),)

    assert rules(stack(executions=recent, unrecorded=frozenset({"r2"}))) == []


def test_an_execution_under_way_has_not_ended() -> None:
    facts = stack(executions=(execution("r2", "InProgress"),), unrecorded=frozenset({"r2"}))

    assert rules(replace(facts, running=frozenset({"r2"}))) == []


def test_rows_that_have_expired_were_not_missed() -> None:
    old = (execution("r0", "Failed", ago=60 * 30),)
    facts = stack(executions=old, unrecorded=frozenset({"r0"}))
    kept_long = release("r1", "SUCCEEDED", part(), expires_at=int((NOW + timedelta(days=9)).timestamp()))

    assert rules(facts) == [], "a day is the shortest that a row may be kept"
    assert rules(replace(facts, releases=(kept_long,))) == [("missed-event", "r0")]


def test_how_long_rows_are_kept_is_told_by_a_row() -> None:
    kept = release("r1", "SUCCEEDED", expires_at=int((NOW + timedelta(days=30)).timestamp()))

    assert retention((release("r2", "FAILED"), kept)) == timedelta(days=30, hours=1)


# --- orphan versions ------------------------------------------------------------------------------------


def orphans(status: str, state: str, *others: Any, **members: Any) -> list[str]:
    """What is said of version 3, published by r2 after r1 had arrived at version 2."""
    failed = release("r2", status, part(state, "2", "3"), **members)
    facts = stack(
        releases=(*others, failed, release("r1", "SUCCEEDED", part())),
        versions=(version("1"), version("2", "r1", ("live",)), version("3", "r2")),
        executions=(),
    )
    return [finding.resource for finding in findings(facts) if finding.rule == "orphan-version"]


ORPHAN = ["arn:aws:lambda:eu-central-1:1:function:app-prod-charge:3"]


def test_a_version_of_a_failed_release_is_an_orphan() -> None:
    assert orphans("FAILED", "PUBLISHED") == ORPHAN


@pytest.mark.parametrize("status", ["PUBLISHING", "PUBLISHED"])
def test_a_version_of_a_release_abandoned_before_its_shift_is_an_orphan(status: str) -> None:
    assert orphans(status, "PUBLISHED", ended_at="") == ORPHAN


@pytest.mark.parametrize(
    ("status", "state"), [("SUCCEEDED", "SHIFTED"), ("ROLLED_BACK", "ROLLED_BACK"), ("FAILED", "SHIFTED")]
)
def test_a_version_that_a_release_shifted_to_or_back_from_is_none(status: str, state: str) -> None:
    assert orphans(status, state) == []


def test_a_version_of_a_release_that_shifts_and_has_no_end_is_none() -> None:
    assert orphans("SHIFTING", "SHIFTING", ended_at="") == []


@pytest.mark.parametrize(
    "later",
    [
        release("r3", "SUCCEEDED", part("SHIFTED", "2", "3")),
        release("r3", "ROLLED_BACK", part("ROLLED_BACK", "2", "3")),
        release("r3", "ROLLED_BACK", part("ROLLED_BACK", "3", "4")),
        release("r3", "FAILED", part("PUBLISHED", "3", "4")),
    ],
)
def test_a_version_that_a_later_release_used_is_none(later: Any) -> None:
    assert orphans("FAILED", "PUBLISHED", later) == []


def test_a_version_that_a_later_failed_release_took_up_again_is_still_one() -> None:
    assert orphans("FAILED", "PUBLISHED", release("r3", "FAILED", part("PUBLISHED", "2", "3"))) == ORPHAN


def test_a_version_that_an_alias_points_to_is_none() -> None:
    failed = release("r2", "FAILED", part("PUBLISHED", "2", "3"))
    facts = stack(
        releases=(failed, release("r1", "SUCCEEDED", part())), versions=(version("3", "r2", ("canary",)),)
    )

    assert rules(facts) == []
    assert [rule for rule, _ in rules(replace(facts, versions=(version("3", "r2"),)))] == ["orphan-version"]


@pytest.mark.parametrize("by", ["", "a-release-of-which-no-row-is-left"])
def test_a_version_of_which_the_ledger_knows_nothing_is_none(by: str) -> None:
    assert rules(stack(versions=(version("1"), version("2", "r1", ("live",)), version("3", by)))) == []


def test_while_a_release_is_under_way_no_version_is_an_orphan() -> None:
    failed = release("r2", "FAILED", part("PUBLISHED", "2", "3"))
    facts = stack(releases=(failed, release("r1", "SUCCEEDED", part())), versions=(version("3", "r2"),))

    assert rules(replace(facts, running=frozenset({"r4"}))) == []


def test_an_orphan_alone_leaves_a_stack_healthy() -> None:
    failed = release("r2", "FAILED", part("PUBLISHED", "2", "3"))
    (found,) = findings(
        stack(releases=(failed, release("r1", "SUCCEEDED", part())), versions=(version("3", "r2"),))
    )

    assert found.level == "hint"
    assert found.fix == "greenshift repair --only orphan-version deletes it"
