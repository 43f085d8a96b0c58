"""The state machine of a deployment, as a table: no clock, no AWS, no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from greenshift.rollout import AllAtOnce, Canary, Linear, Strategy
from greenshift.twin.codedeploy.appspec import AppSpec
from greenshift.twin.codedeploy.decide import MOST_RACES, decide
from greenshift.twin.codedeploy.effects import (
    Announce,
    AssumeRole,
    Effect,
    InvokeHook,
    MoveTraffic,
    ReadAlarms,
    ReadAlias,
    ReadRevision,
    StartRollback,
)
from greenshift.twin.codedeploy.observations import (
    AlarmsRead,
    AliasChanged,
    AliasRead,
    AliasUnreadable,
    Broken,
    HookInvoked,
    HookRefused,
    HookReported,
    Observation,
    RevisionRead,
    RevisionUnreadable,
    RoleAssumed,
    RoleRefused,
    Started,
    StopRequested,
    TimePassed,
    TrafficMoved,
    TrafficRefused,
)
from greenshift.twin.codedeploy.progress import Failure, Phase, Plan, Progress, Routing

SPEC = AppSpec("charge", "live", "3", "4", "pre", "post")
BARE = AppSpec("charge", "live", "3", "4")
EVERY_EVENT = frozenset({"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"})
REFUSAL = Failure("INTERNAL_ERROR", "no")
NOW = 1000.0


def plan(strategy: Strategy | None = None, **changes: object) -> Plan:
    made = Plan("d-ABCDEFGHI", strategy or Canary(10, 5), alarms=("a",), rollback_events=EVERY_EVENT)
    return replace(made, **changes)  # type: ignore[arg-type]  # names are checked by replace itself


def play(
    plan: Plan, observations: Iterable[Observation], now: float = NOW
) -> tuple[Progress, tuple[Effect, ...]]:
    """The progress after the last observation, and that one's effects."""
    progress, effects = Progress(), ()
    for observation in observations:
        progress, effects = decide(plan, progress, observation, now)
    return progress, effects


def opening(spec: AppSpec = SPEC) -> list[Observation]:
    return [Started(), RoleAssumed(), RevisionRead(as_text(spec)), AliasRead(Routing("3"), "r1")]


def as_text(spec: AppSpec) -> str:
    hooks = f"Hooks: [BeforeAllowTraffic: {spec.before_hook}, AfterAllowTraffic: {spec.after_hook}]"
    return spec.as_text() if spec.before_hook is None else f"{spec.as_text()[:-1]}, {hooks}}}"


def before_hook() -> list[Observation]:
    return [*opening(), AlarmsRead(), HookInvoked()]


def first_move() -> list[Observation]:
    return [*before_hook(), HookReported("before", True), AlarmsRead()]


def shifting() -> list[Observation]:
    return [*first_move(), TrafficMoved("r2")]


# --- the good way ---------------------------------------------------------------------------------------


def test_a_canary_with_hooks_and_alarms_goes_through_every_step_in_order() -> None:
    the_plan, progress, seen = plan(), Progress(), []
    story: list[tuple[float, Observation]] = [
        (0, Started()),
        (0, RoleAssumed()),
        (0, RevisionRead(as_text(SPEC))),
        (0, AliasRead(Routing("3"), "r1")),
        (0, AlarmsRead()),
        (0, HookInvoked()),
        (20, HookReported("before", True)),
        (20, AlarmsRead()),
        (20, TrafficMoved("r2")),
        (320, TimePassed()),
        (320, AlarmsRead()),
        (320, TrafficMoved("r3")),
        (320, HookInvoked()),
        (330, HookReported("after", True)),
        (330, AlarmsRead()),
    ]
    for at, observation in story:
        progress, effects = decide(the_plan, progress, observation, at)
        seen += effects

    assert seen == [
        AssumeRole(),
        Announce("InProgress"),
        ReadRevision(),
        ReadAlias("charge", "live"),
        ReadAlarms(("a",)),
        InvokeHook("pre", "before"),
        ReadAlarms(("a",)),
        MoveTraffic("charge", "live", Routing("3", "4", 0.1), "r1"),
        ReadAlarms(("a",)),
        MoveTraffic("charge", "live", Routing("4"), "r2"),
        InvokeHook("post", "after"),
        ReadAlarms(("a",)),
        Announce("Succeeded"),
    ]
    assert (progress.status, progress.started, progress.completed) == ("Succeeded", 0, 330)
    assert [(e.name, e.status, e.started, e.ended) for e in progress.events] == [
        ("BeforeAllowTraffic", "Succeeded", 0, 20),
        ("AllowTraffic", "Succeeded", 20, 320),
        ("AfterAllowTraffic", "Succeeded", 320, 330),
    ]
    assert progress.finished_executions == ("before", "after")


def test_without_hooks_and_alarms_an_all_at_once_is_one_move() -> None:
    progress, effects = play(plan(AllAtOnce(), alarms=()), opening(BARE))

    assert effects == (MoveTraffic("charge", "live", Routing("4"), "r1"),)
    progress, effects = decide(plan(AllAtOnce(), alarms=()), progress, TrafficMoved("r2"), NOW)
    assert (progress.status, effects) == ("Succeeded", (Announce("Succeeded"),))
    assert [event.status for event in progress.events] == ["Skipped", "Succeeded", "Skipped"]


def test_linear_weights_are_exact_and_one_interval_apart() -> None:
    the_plan = plan(Linear(10, 1), alarms=())
    progress, effects = play(the_plan, opening(BARE), now=0)
    weights, times, now = [], [], 0.0
    for _ in range(10):
        (move,) = effects
        assert isinstance(move, MoveTraffic)
        weights.append(move.routing.weight)
        times.append(now)
        progress, effects = decide(the_plan, progress, TrafficMoved("r"), now)
        if progress.wake_at is not None:
            now = progress.wake_at
            progress, effects = decide(the_plan, progress, TimePassed(), now)

    assert weights == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.0]
    assert times == [60.0 * n for n in range(10)]
    assert move.routing == Routing("4")
    assert progress.status == "Succeeded"


def test_a_late_step_never_shortens_the_pause_after_it() -> None:
    the_plan = plan(Linear(50, 1), alarms=())
    progress, _ = play(the_plan, opening(BARE), now=0)

    progress, _ = decide(the_plan, progress, TrafficMoved("r"), 42)

    assert progress.wake_at == 42 + 60


# --- the start ------------------------------------------------------------------------------------------

START_FAILURES = {
    "alias elsewhere": (
        BARE,
        Routing("2"),
        "alias version does not match the current version in AppSpec file.",
    ),
    "alias already on target": (BARE, Routing("4"), "does not match the current version"),
    "alias weighted": (BARE, Routing("3", "4", 0.1), "already routes traffic to two versions: 3 and 4"),
    "alias weighted with nothing": (BARE, Routing("3", "4", 0.0), "already routes traffic to two versions"),
}


@pytest.mark.parametrize(("spec", "found", "text"), START_FAILURES.values(), ids=START_FAILURES.keys())
def test_a_wrong_alias_fails_without_a_rollback_and_without_touching_it(
    spec: AppSpec, found: Routing, text: str
) -> None:
    progress, effects = play(plan(), [*opening(spec)[:3], AliasRead(found, "r1")])

    assert progress.status == "Failed"
    assert progress.failure is not None
    assert progress.failure.code == "INVALID_LAMBDA_CONFIGURATION"
    assert progress.failure.message.startswith("The deployment failed because the AppSpec file")
    assert text in progress.failure.message
    assert effects == (Announce("Failed"),)
    assert progress.rollback_message == (
        "The deployment cannot be rolled back: it never had control of the alias."
    )


def test_equal_versions_fail_with_the_bare_sentence() -> None:
    progress, effects = play(plan(), opening(replace(BARE, target_version="3"))[:3])

    assert progress.failure == Failure(
        "INVALID_LAMBDA_CONFIGURATION",
        "The deployment failed because the AppSpec file that specifies the AWS Lambda deployment "
        "configuration is missing or has an invalid configuration.",
    )
    assert effects == (Announce("Failed"),)


def test_a_bad_appspec_fails_with_its_reason() -> None:
    progress, _ = play(plan(), [Started(), RoleAssumed(), RevisionRead("version: 1.0")])

    assert progress.failure is not None
    assert progress.failure.code == "INVALID_LAMBDA_CONFIGURATION"
    assert progress.failure.message.endswith("The version of the AppSpec must be 0.0, not 1.0.")


@pytest.mark.parametrize(
    ("observations", "refusal"),
    [
        ([Started()], RoleRefused(REFUSAL)),
        ([Started(), RoleAssumed()], RevisionUnreadable(REFUSAL)),
        (opening()[:3], AliasUnreadable(REFUSAL)),
    ],
)
def test_a_refusal_at_the_start_is_the_failure(observations: list[Observation], refusal: Observation) -> None:
    progress, effects = play(plan(), [*observations, refusal])

    assert (progress.status, progress.failure) == ("Failed", REFUSAL)
    assert effects == (Announce("Failed"),)


@pytest.mark.parametrize("code", ["APPLICATION_MISSING", "DEPLOYMENT_GROUP_MISSING"])
def test_what_was_deleted_before_the_start_fails_it(code: str) -> None:
    progress, effects = play(plan(), [Started(missing=code)])

    assert progress.failure is not None
    assert (progress.failure.code, progress.started) == (code, None)
    assert effects == (Announce("Failed"),)


# --- alarms ---------------------------------------------------------------------------------------------

ALARM_MOMENTS = {
    "at the start": opening(),
    "while a hook runs": [*before_hook(), TimePassed()],
    "right before the first step": [*before_hook(), HookReported("before", True)],
}


@pytest.mark.parametrize("story", ALARM_MOMENTS.values(), ids=ALARM_MOMENTS.keys())
def test_a_firing_alarm_stops_and_rolls_back(story: list[Observation]) -> None:
    the_plan = plan(poll_seconds=0)

    progress, effects = play(the_plan, [*story, AlarmsRead(firing=("a",))])

    assert progress.status == "Stopped"
    assert progress.failure is not None
    assert progress.failure.code == "ALARM_ACTIVE"
    assert progress.failure.message.endswith("ALARM state: a.")
    assert effects == (
        StartRollback(
            AppSpec("charge", "live", "4", "3"), "Deployment d-ABCDEFGHI is being rolled back to version 3."
        ),
        Announce("Stopped"),
    )


def test_an_alarm_between_steps_stops_it_at_the_next_poll() -> None:
    progress, _ = play(plan(), shifting())
    assert progress.wake_at == NOW + 10

    progress, effects = decide(plan(), progress, TimePassed(), NOW + 10)
    assert effects == (ReadAlarms(("a",)),)
    progress, effects = decide(plan(), progress, AlarmsRead(firing=("a",)), NOW + 10)

    assert progress.status == "Stopped"
    assert progress.percent == 10
    assert progress.events[1].status == "Failed"
    assert isinstance(effects[0], StartRollback)


def test_quiet_alarms_while_watching_change_nothing_but_the_next_look() -> None:
    progress, _ = play(plan(), shifting())
    progress, _ = decide(plan(), progress, TimePassed(), NOW + 10)

    quiet, effects = decide(plan(), progress, AlarmsRead(), NOW + 10)

    assert effects == ()
    assert quiet.wake_at == NOW + 20
    assert quiet.move_at == NOW + 300


def test_the_alarms_are_read_again_when_a_step_is_due_and_can_still_stop_it() -> None:
    progress, _ = play(plan(), shifting())

    progress, effects = decide(plan(), progress, TimePassed(), NOW + 300)
    assert effects == (ReadAlarms(("a",)),)
    progress, effects = decide(plan(), progress, AlarmsRead(firing=("a",)), NOW + 300)

    assert progress.status == "Stopped"
    assert not any(isinstance(effect, MoveTraffic) for effect in effects)


def test_an_alarm_that_fired_during_the_last_hook_is_seen_before_success() -> None:
    story = [*first_move(), TrafficMoved("r2"), HookInvoked(), HookReported("after", True)]

    progress, effects = play(plan(AllAtOnce()), [*story, AlarmsRead(firing=("a",))])

    assert progress.status == "Stopped"
    assert isinstance(effects[0], StartRollback)


MISSING = Failure("CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND", "gone")


def test_an_alarm_that_cannot_be_read_stops_it_unless_told_to_ignore() -> None:
    strict, _ = play(plan(), [*opening(), AlarmsRead(unreadable=MISSING)])
    lenient, effects = play(plan(ignore_unreadable_alarms=True), [*opening(), AlarmsRead(unreadable=MISSING)])

    assert (strict.status, strict.failure) == ("Stopped", MISSING)
    assert effects == (InvokeHook("pre", "before"),)
    assert lenient.status == "InProgress"


def test_ignoring_unreadable_alarms_still_hears_the_ones_that_fire() -> None:
    progress, _ = play(
        plan(ignore_unreadable_alarms=True), [*opening(), AlarmsRead(firing=("a",), unreadable=MISSING)]
    )

    assert progress.failure is not None
    assert progress.failure.code == "ALARM_ACTIVE"


# --- hooks ----------------------------------------------------------------------------------------------


def test_a_failed_hook_before_traffic_fails_it_at_zero_percent() -> None:
    progress, effects = play(plan(), [*before_hook(), HookReported("before", False)])

    assert progress.failure is not None
    assert (progress.status, progress.failure.code, progress.percent) == (
        "Failed",
        "HOOK_EXECUTION_FAILURE",
        0,
    )
    assert "pre of BeforeAllowTraffic reported Failed" in progress.failure.message
    assert isinstance(effects[0], StartRollback)
    assert [event.status for event in progress.events] == ["Failed", "Skipped", "Skipped"]
    assert progress.events[0].error_code == "ScriptFailed"


def test_a_failed_hook_after_traffic_fails_it_at_full_exposure() -> None:
    story = [*first_move(), TrafficMoved("r2"), HookInvoked(), HookReported("after", False)]

    progress, effects = play(plan(AllAtOnce()), story)

    assert (progress.status, progress.percent) == ("Failed", 100)
    assert isinstance(effects[0], StartRollback)
    assert [event.status for event in progress.events] == ["Succeeded", "Succeeded", "Failed"]


def test_a_silent_hook_times_out_at_its_deadline_and_not_before() -> None:
    the_plan = plan(alarms=())
    progress, _ = play(the_plan, [*opening(), HookInvoked()])
    assert progress.wake_at == NOW + 3600

    early, effects = decide(the_plan, progress, TimePassed(), NOW + 3599.9)
    late, _ = decide(the_plan, progress, TimePassed(), NOW + 3600)

    assert (early.status, effects) == ("InProgress", ())
    assert late.failure is not None
    assert (late.status, late.failure.code) == ("Failed", "HOOK_EXECUTION_FAILURE")
    assert "within 3600 seconds" in late.failure.message
    assert late.events[0].error_code == "ScriptTimedOut"
    assert late.finished_executions == ("before",)


def test_a_hook_that_cannot_be_invoked_fails_it_at_once() -> None:
    refusal = Failure("IAM_ROLE_PERMISSIONS", "not allowed")

    progress, _ = play(plan(), [*opening(), AlarmsRead(), HookRefused(refusal)])

    assert (progress.status, progress.failure) == ("Failed", refusal)


def test_a_report_with_another_id_is_not_heard() -> None:
    progress, effects = play(plan(), [*before_hook(), HookReported("after", True)])

    assert (progress.phase, effects) == (Phase.BEFORE, ())


# --- stop -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("configured", [True, False])
@pytest.mark.parametrize("asked", [True, False, None])
def test_a_stop_rolls_back_when_asked_or_else_when_configured(configured: bool, asked: bool | None) -> None:
    the_plan = plan(rollback_events=EVERY_EVENT if configured else frozenset())

    progress, effects = play(the_plan, [*shifting(), StopRequested(asked)])

    assert progress.failure is not None
    assert (progress.status, progress.failure.code) == ("Stopped", "MANUAL_STOP")
    expected = configured if asked is None else asked
    assert any(isinstance(effect, StartRollback) for effect in effects) == expected


@pytest.mark.parametrize(
    ("event", "ending"),
    [
        ("DEPLOYMENT_FAILURE", TrafficRefused(REFUSAL)),
        ("DEPLOYMENT_STOP_ON_ALARM", AlarmsRead(firing=("a",))),
        ("DEPLOYMENT_STOP_ON_REQUEST", StopRequested()),
    ],
)
@pytest.mark.parametrize("configured", sorted(EVERY_EVENT))
def test_each_ending_is_rolled_back_by_its_own_event_only(
    event: str, ending: Observation, configured: str
) -> None:
    the_plan = plan(rollback_events=frozenset({configured}), poll_seconds=0)
    story = [*shifting(), TimePassed()] if isinstance(ending, AlarmsRead) else first_move()

    _, effects = play(the_plan, [*story, ending])

    assert any(isinstance(effect, StartRollback) for effect in effects) == (event == configured)


def test_a_stop_before_the_alias_was_read_has_nothing_to_roll_back() -> None:
    progress, effects = play(plan(), [Started(), StopRequested(True)])

    assert (progress.status, effects) == ("Stopped", (Announce("Stopped"),))


# --- somebody else moves the alias ----------------------------------------------------------------------


def test_a_changed_alias_is_read_again() -> None:
    progress, effects = play(plan(), [*first_move(), AliasChanged()])

    assert effects == (ReadAlias("charge", "live"),)
    assert progress.status == "InProgress"


def test_an_alias_that_only_changed_its_mark_is_moved_with_the_new_one() -> None:
    _, effects = play(plan(), [*first_move(), AliasChanged(), AliasRead(Routing("3"), "r9")])

    assert effects == (MoveTraffic("charge", "live", Routing("3", "4", 0.1), "r9"),)


def test_a_move_whose_answer_was_lost_is_recognised() -> None:
    progress, effects = play(plan(), [*first_move(), AliasChanged(), AliasRead(Routing("3", "4", 0.1), "r9")])

    assert (progress.percent, progress.revision_id, effects) == (10, "r9", ())


@pytest.mark.parametrize(
    "found", [Routing("2"), Routing("4"), Routing("3", "5", 0.5), Routing("3", "4", 0.5)]
)
def test_an_alias_somebody_else_moved_is_left_exactly_as_they_put_it(found: Routing) -> None:
    progress, effects = play(plan(), [*first_move(), AliasChanged(), AliasRead(found, "r9")])

    assert progress.failure is not None
    assert (progress.status, progress.failure.code) == ("Failed", "INVALID_LAMBDA_CONFIGURATION")
    assert "was changed by someone else" in progress.failure.message
    assert effects == (Announce("Failed"),)
    assert progress.rollback_message is not None


def test_an_alias_that_keeps_changing_ends_it_after_a_few_tries() -> None:
    race: list[Observation] = [AliasChanged(), AliasRead(Routing("3"), "r")]

    still, _ = play(plan(), [*first_move(), *race * MOST_RACES])
    ended, effects = play(plan(), [*first_move(), *race * MOST_RACES, AliasChanged()])

    assert still.status == "InProgress"
    assert (ended.status, effects) == ("Failed", (Announce("Failed"),))


def test_each_step_has_its_own_tries() -> None:
    race: list[Observation] = [AliasChanged(), AliasRead(Routing("3"), "r")]

    progress, _ = play(plan(), [*first_move(), *race * MOST_RACES, TrafficMoved("r2")])

    assert progress.races == 0


# --- rollback -------------------------------------------------------------------------------------------

UNDO = Plan("d-ROLLBACK1", AllAtOnce(), undoes=True)


def undo_story(found: Routing) -> list[Observation]:
    return [Started(), RoleAssumed(), RevisionRead(SPEC.reversed().as_text()), AliasRead(found, "r5")]


@pytest.mark.parametrize(
    "found", [Routing("3"), Routing("3", "4", 0.1), Routing("4"), Routing("4", "3", 0.5)]
)
def test_a_rollback_goes_back_at_once_from_any_mix_of_its_two_versions(found: Routing) -> None:
    progress, effects = play(UNDO, undo_story(found))

    assert effects == (MoveTraffic("charge", "live", Routing("3"), "r5"),)
    progress, effects = decide(UNDO, progress, TrafficMoved("r6"), NOW)
    assert (progress.status, effects) == ("Succeeded", (Announce("Succeeded"),))


@pytest.mark.parametrize("found", [Routing("5"), Routing("3", "5", 0.1)])
def test_a_rollback_leaves_a_foreign_alias_alone(found: Routing) -> None:
    progress, effects = play(UNDO, undo_story(found))

    assert (progress.status, effects) == ("Failed", (Announce("Failed"),))


def test_a_failed_or_stopped_rollback_is_not_rolled_back() -> None:
    for ending in (TrafficRefused(REFUSAL), StopRequested(True)):
        _, effects = play(UNDO, [*undo_story(Routing("4")), ending])

        assert not any(isinstance(effect, StartRollback) for effect in effects)


# --- every phase meets every observation ----------------------------------------------------------------

PHASES: dict[Phase, tuple[Plan, list[Observation]]] = {
    Phase.CREATED: (plan(), []),
    Phase.STARTING: (plan(), opening()[:3]),
    Phase.BEFORE: (plan(), before_hook()),
    Phase.SHIFTING: (plan(), shifting()),
    Phase.AFTER: (plan(AllAtOnce()), [*first_move(), TrafficMoved("r2"), HookInvoked()]),
    Phase.ENDED: (plan(), [Started(), StopRequested()]),
}

OBSERVATIONS: dict[str, Observation] = {
    "started": Started(),
    "role assumed": RoleAssumed(),
    "role refused": RoleRefused(REFUSAL),
    "revision read": RevisionRead(as_text(SPEC)),
    "revision unreadable": RevisionUnreadable(REFUSAL),
    "alias read": AliasRead(Routing("3", "4", 0.1), "r"),
    "alias unreadable": AliasUnreadable(REFUSAL),
    "alarms read": AlarmsRead(firing=("a",)),
    "hook invoked": HookInvoked(),
    "hook refused": HookRefused(REFUSAL),
    "report before": HookReported("before", True),
    "report after": HookReported("after", True),
    "traffic moved": TrafficMoved("r"),
    "alias changed": AliasChanged(),
    "traffic refused": TrafficRefused(REFUSAL),
    "stop": StopRequested(),
    "time passed": TimePassed(),
    "broken": Broken("x"),
}

# What changes the course of a deployment in each phase; everything not listed must change nothing.
MEANINGFUL = {
    Phase.CREATED: {"started", "stop", "broken"},
    Phase.STARTING: {
        "role assumed",
        "role refused",
        "revision read",
        "revision unreadable",
        "alias read",
        "alias unreadable",
        "stop",
        "broken",
    },
    Phase.BEFORE: {"hook refused", "report before", "stop", "broken"},
    Phase.SHIFTING: {
        "traffic moved",
        "traffic refused",
        "alias changed",
        "alias read",
        "alias unreadable",
        "stop",
        "broken",
    },
    Phase.AFTER: {"hook refused", "report after", "stop", "broken"},
    Phase.ENDED: set(),
}


@pytest.mark.parametrize("name", OBSERVATIONS)
@pytest.mark.parametrize("phase", list(Phase), ids=lambda phase: phase.value)
def test_an_observation_that_means_nothing_in_a_phase_changes_nothing(phase: Phase, name: str) -> None:
    the_plan, story = PHASES[phase]
    before, _ = play(the_plan, story)
    assert before.phase is phase

    after, effects = decide(the_plan, before, OBSERVATIONS[name], NOW)

    changed = bool(effects) or replace(after, updated=None) != replace(before, updated=None)
    assert changed == (name in MEANINGFUL[phase])


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.ENDED])
def test_a_fault_of_the_twin_ends_any_phase_with_an_internal_error(phase: Phase) -> None:
    the_plan, story = PHASES[phase]

    progress, effects = play(the_plan, [*story, Broken("disk full")])

    assert progress.failure == Failure("INTERNAL_ERROR", "There was an internal error: disk full")
    assert effects[-1] == Announce("Failed")


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.ENDED])
def test_an_ended_deployment_waits_for_nothing(phase: Phase) -> None:
    the_plan, story = PHASES[phase]

    progress, _ = play(the_plan, [*story, StopRequested()])

    assert progress.wake_at is None
    assert progress.hook is None
    assert not any(event.status in ("Pending", "InProgress") for event in progress.events)
