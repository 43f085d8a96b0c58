"""Where a function's traffic is, and where its rollout wants it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from greenshift.reading.deployments import strategy_of
from greenshift.reading.functions import Alias
from greenshift.rollout import AllAtOnce, Canary, Linear
from greenshift.view import FunctionRelease, HookView, ReleaseView
from greenshift.view.deployments import DeploymentSeen
from greenshift.view.focus import focus, window
from greenshift.view.model import ExecutionView, Transition
from greenshift.view.moments import iso
from greenshift.view.shifts import plan_of, planned_at, share_of, shifts

START = datetime(2026, 11, 23, 16, tzinfo=UTC)
CHARGE = FunctionRelease("charge", "p-charge", "1", "2", "SHIFTING", deployment_id="d-1")
RELEASE = ReleaseView("e1", "SHIFTING", "", "", "", iso(START), "", "", "", (CHARGE,), ())
SEEN = DeploymentSeen("d-1", "InProgress", "", iso(START), "", Linear(50, 5))


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.mark.parametrize(("minutes", "planned"), [(-1, 0.0), (0, 50.0), (4.9, 50.0), (5, 100.0), (99, 100.0)])
def test_the_planned_share_follows_the_rollout(minutes: float, planned: float) -> None:
    assert planned_at(plan_of(SEEN), at(minutes)) == planned


def test_the_plan_begins_when_traffic_was_allowed_and_not_before() -> None:
    before = HookView("BeforeAllowTraffic", "InProgress", iso(START))
    waiting = replace(SEEN, hooks=(before, HookView("AllowTraffic", "Pending")))
    allowed = replace(SEEN, hooks=(before, HookView("AllowTraffic", "InProgress", iso(at(7)))))

    assert plan_of(waiting) == ()
    assert [step.at for step in plan_of(allowed)] == [iso(at(7)), iso(at(12))]
    assert plan_of(None) == plan_of(replace(SEEN, strategy=None)) == ()


@pytest.mark.parametrize(
    ("alias", "share"),
    [
        (Alias("1", (("2", 30.0),)), 30.0),
        (Alias("2"), 100.0),
        (Alias("2", (("1", 30.0),)), 70.0),
        (Alias("1"), 0.0),
        (None, 0.0),
        (None, 0.0),
    ],
)
def test_the_share_of_the_new_version_is_read_off_the_alias(alias: Alias | None, share: float) -> None:
    assert share_of("2", alias) == share


def test_one_shift_a_changed_function_also_before_it_has_a_deployment() -> None:
    unchanged = FunctionRelease("refund", "p-refund", "3", "3", "UNCHANGED")
    published = replace(RELEASE, functions=(replace(CHARGE, deployment_id="", state="PUBLISHED"), unchanged))
    (seen,) = shifts(published, {"charge": Alias("1")}, {}, at(0))

    assert (seen.key, seen.status, seen.percent, seen.plan) == ("charge", "", 0.0, ())
    assert shifts(None, {}, {}, at(0)) == ()


CANARY = {"type": "TimeBasedCanary", "timeBasedCanary": {"canaryPercentage": 7, "canaryInterval": 3}}
LINEAR = {"type": "TimeBasedLinear", "timeBasedLinear": {"linearPercentage": 7, "linearInterval": 3}}


@pytest.mark.parametrize(
    ("routing", "strategy"),
    [
        ({"type": "AllAtOnce"}, AllAtOnce()),
        (CANARY, Canary(7, 3)),
        (LINEAR, Linear(7, 3)),
        ({"type": "ByMoonlight"}, None),
        ({}, None),
    ],
)
def test_a_deployment_config_is_read_as_a_strategy(routing: dict[str, object], strategy: object) -> None:
    assert strategy_of(routing) == strategy


def execution(identifier: str, status: str = "InProgress") -> ExecutionView:
    return ExecutionView(identifier, status, "", "")


def test_the_release_whose_traffic_moves_is_in_focus() -> None:
    published = replace(RELEASE, id="e2", status="PUBLISHED")
    done = replace(RELEASE, id="e0", status="SUCCEEDED", ended_at=iso(START))
    both = (execution("e2"), execution("e1"))

    assert focus((published, RELEASE, done), both) == RELEASE
    assert focus((published, done), both) == published
    assert focus((done,), both) == done
    assert focus((), both) is None


def test_a_release_that_was_abandoned_does_not_hide_the_newest() -> None:
    newest = replace(RELEASE, id="e2", status="SUCCEEDED", ended_at=iso(START))

    assert focus((newest, RELEASE), (execution("e1", "Stopped"), execution("e2", "Succeeded"))) == newest


def test_a_rollback_is_in_flight_without_an_execution() -> None:
    rollback = replace(RELEASE, id="rollback-1", mode="rollback")
    newer = replace(RELEASE, id="e2", status="PUBLISHED")

    assert focus((newer, rollback), (execution("e2"),)) == rollback


def test_traffic_is_of_interest_from_before_it_moved_to_a_little_after_the_end() -> None:
    moved = replace(RELEASE, transitions=(Transition(iso(at(10)), "SHIFTING", ""),))

    assert window(RELEASE, at(60)) is None
    assert window(moved, at(60)) == (at(5), at(60))
    assert window(replace(moved, ended_at=iso(at(20))), at(60)) == (at(5), at(25))
    assert window(replace(moved, ended_at=iso(at(58))), at(60)) == (at(5), at(60))
    assert window(moved, at(4)) is None, (
        "who does not know the time yet asks for nothing that ends before it begins"
    )
