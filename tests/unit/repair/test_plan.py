"""What repair plans: facts and findings in, steps in their order, what waits, and what a person must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.accounts.repair_facts import CHARGE, NOW, deployment, execution, part, release, stack, version

from greenshift.checks import Finding
from greenshift.checks.deployed import findings
from greenshift.checks.deployed.facts import AliasFacts, StackFacts
from greenshift.contract.working_copy import WorkingCopy
from greenshift.reading.functions import Alias
from greenshift.repair import RULES, Plan, plan
from greenshift.repair.events import event_of
from greenshift.repair.steps import (
    DeleteVersion,
    PutAlias,
    RedeliverEvent,
    SettleRelease,
    StopDeployment,
)

SPLIT = AliasFacts(CHARGE, Alias("1", (("2", 10.0),), "rev-7"))


def planned(facts: StackFacts, *only: str) -> Plan:
    return plan(facts, findings(facts), only)


def actions(facts: StackFacts, *only: str) -> list[Any]:
    return [step.action for step in planned(facts, *only).steps]


def test_nothing_is_planned_for_a_healthy_stack() -> None:
    assert planned(stack()).is_empty


def test_what_repair_has_no_fix_for_is_not_in_its_plan() -> None:
    facts = replace(stack(), polls=True, alarms=())

    assert [finding.rule for finding in findings(facts)] == ["source-polls"]
    assert planned(facts).is_empty


def test_an_alias_is_put_on_its_version_on_condition_of_what_was_seen() -> None:
    put = PutAlias("app-prod-charge", "live", "2", "rev-7")

    assert actions(stack(aliases=(SPLIT,))) == [put]
    assert actions(stack(aliases=(AliasFacts(CHARGE, Alias("7", (), "rev-7")),), alarms=())) == [put]


def test_an_alias_is_never_put_on_a_version_that_does_not_exist() -> None:
    facts = stack(aliases=(SPLIT,), versions=(version("1"),))

    (refused,) = planned(facts).refused

    assert actions(facts) == []
    assert "version 2" in refused.why and "release again" in refused.instead


def test_an_alias_of_which_the_ledger_knows_nothing_is_a_persons_to_decide() -> None:
    facts = stack(
        aliases=(SPLIT,), releases=(), executions=(), versions=(version("1", "expired"), version("2"))
    )

    (refused,) = planned(facts).refused

    assert actions(facts) == []
    assert "aws lambda update-alias --function-name app-prod-charge --name live" in refused.instead


def test_an_alias_waits_for_the_deployment_that_may_move_it() -> None:
    facts = stack(aliases=(SPLIT,), deployments=(deployment("d-1"),))
    result = planned(facts)

    assert [step.action for step in result.steps] == [StopDeployment("d-1")]
    assert [later.after for later in result.later] == ["the deployment d-1 has ended"]


def test_an_alias_waits_for_the_release_that_may_move_it() -> None:
    stuck = release("r2", "SHIFTING", part("SHIFTING", "2", "3"), ended_at="")
    facts = stack(
        aliases=(AliasFacts(CHARGE, Alias("2", (("3", 10.0),))),),
        releases=(stuck, release("r1", "SUCCEEDED", part())),
        executions=(execution("r2", "Stopped"),),
    )
    result = planned(facts)

    reason = "repaired: its execution has ended"
    assert [step.action for step in result.steps] == [SettleRelease("app-prod-controller", "r2", reason)]
    assert "goes back to the version it had before" in result.steps[0].will
    assert [later.after for later in result.later] == ["the release r2 has ended"]


def test_a_release_that_moved_no_traffic_is_told_to_end_as_failed() -> None:
    stuck = release("r2", "PUBLISHED", part("PUBLISHED", "2", "3"), ended_at="")
    facts = stack(releases=(stuck, release("r1", "SUCCEEDED", part())), executions=())

    (step,) = planned(facts).steps

    assert step.will.endswith("no traffic was moved, so it ends as FAILED")


def test_a_deployment_that_conflicts_and_hangs_is_stopped_once() -> None:
    facts = stack(deployments=(deployment("d-1", ago=500),))

    assert [finding.rule for finding in findings(facts)] == ["deployment-conflict", "deployment-hanging"]
    assert actions(facts) == [StopDeployment("d-1")]


def test_stopping_a_deployment_of_a_release_under_way_says_what_follows() -> None:
    facts = stack(running=frozenset({"r2"}), deployments=(deployment("d-1", ago=500, release="r2"),))

    (step,) = planned(facts).steps

    assert step.will.endswith("; the release r2 then goes back as a whole")


def test_an_orphan_is_deleted_but_not_before_its_release_has_ended() -> None:
    def facts(status: str, ended_at: str) -> StackFacts:
        failed = release("r2", status, part("PUBLISHED", "2", "3"), ended_at=ended_at)
        known = (failed, release("r1", "SUCCEEDED", part()))
        return stack(releases=known, versions=(version("3", "r2"),), executions=())

    assert actions(facts("FAILED", "2026-05-01T11:09:00.000Z")) == [DeleteVersion("app-prod-charge", "3")]
    waiting = planned(facts("PUBLISHING", ""))
    assert [type(step.action) for step in waiting.steps] == [SettleRelease]
    assert [later.finding.rule for later in waiting.later] == ["orphan-version"]


def test_a_missed_event_is_given_to_the_recorder() -> None:
    facts = stack(executions=(execution("r2", "Stopped"),), unrecorded=frozenset({"r2"}))

    assert actions(facts) == [RedeliverEvent("app-prod-recorder", "r2", "Stopped")]


def everything() -> StackFacts:
    stuck = release("r3", "SHIFTING", part("SHIFTING", "2", "4", "refund"), ended_at="")
    failed = release("r2", "FAILED", part("PUBLISHED", "2", "3"), notified="")
    return stack(
        aliases=(SPLIT,),
        releases=(stuck, failed, release("r1", "SUCCEEDED", part())),
        versions=(version("1"), version("2", "r1"), version("3", "r2")),
        executions=(execution("r3", "Stopped"), execution("r2", "Failed")),
        deployments=(replace(deployment("d-1"), group="somebody-elses"),),
    )


def test_what_may_move_traffic_ends_before_an_alias_is_moved() -> None:
    done = [type(action).__name__ for action in actions(everything())]

    assert done == ["StopDeployment", "SettleRelease", "PutAlias", "RedeliverEvent", "DeleteVersion"]


OTHERWISE = ("deployment-hanging", "alias-off-ledger", "working-copy-left-behind")
"""What an alias that is split, and a release that is shifting, cannot be at the same time."""


@pytest.mark.parametrize("rule", RULES)
def test_only_keeps_to_the_rules_it_was_given(rule: str) -> None:
    assert {step.finding.rule for step in planned(everything(), rule).steps} <= {rule}
    assert planned(everything(), rule).steps or rule in OTHERWISE


def test_a_working_copy_that_a_killed_process_left_is_put_back_and_one_at_work_is_let_be() -> None:
    left = AliasFacts(CHARGE, Alias("3", (), "rev-1", description=WorkingCopy("2", "0123456789ab").text()))
    facts = stack(aliases=(left,), versions=(*stack().versions, version("3", "", ("live",))))

    assert actions(facts) == [PutAlias(CHARGE.name, CHARGE.alias, "2", "rev-1", ends_working_copy=True)]
    assert actions(replace(facts, aliases=(replace(left, is_held=True),))) == []


def test_every_finding_it_fixes_names_the_command() -> None:
    found = [finding for finding in findings(everything()) if finding.rule in RULES]

    assert len({finding.rule for finding in found}) == 5
    assert all(f"greenshift repair --only {finding.rule}" in finding.fix for finding in found)


def test_every_step_says_what_it_will_do_and_why_that_is_safe() -> None:
    assert all(step.will and step.safe for step in planned(everything()).steps)


def test_a_finding_of_an_unknown_kind_is_passed_over() -> None:
    strange = Finding(rule="weather", level="error", what="rain", why="clouds", fix="wait")

    assert plan(stack(), [strange], ["weather"]).is_empty


@pytest.mark.parametrize(
    ("status", "state"),
    [("Failed", "FAILED"), ("Stopped", "STOPPED"), ("Superseded", "SUPERSEDED"), ("Cancelled", "CANCELED")],
)
def test_the_event_is_one_that_the_recorder_reads(status: str, state: str) -> None:
    from greenshift.release.events import PipelineEvent, parse_event

    arn = "arn:aws:codepipeline:eu-central-1:123456789012:app-prod"
    action = RedeliverEvent("app-prod-recorder", "r2", status)

    event = event_of(action, arn, NOW)

    assert parse_event(event) == PipelineEvent(f"greenshift-repair-r2-{state}", "app-prod", "r2", state)
    assert (event["region"], event["account"], event["time"]) == (
        "eu-central-1",
        "123456789012",
        "2026-05-01T12:00:00Z",
    )
    later = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(1)
    assert event_of(action, arn, later)["id"] == event["id"], "noted once, however often it is given"
