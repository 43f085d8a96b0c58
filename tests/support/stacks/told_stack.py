"""A stack as the page is told of it, made up whole: a release in mid-shift and one that went back.

No AWS answers behind it: ``ToldView`` says what ``StackView`` would. What people write (messages, names,
reasons) can be made as long, and as strange, as a test wants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from greenshift.dashboard import WatchedStack
from greenshift.view import (
    EAGER,
    AlarmView,
    Attention,
    ExecutionView,
    FunctionOutputs,
    FunctionRelease,
    FunctionTraffic,
    FunctionView,
    HookView,
    LedgerPage,
    ReleaseView,
    Retried,
    ShiftView,
    Snapshot,
    SourceTraffic,
    StackOutputs,
    StackView,
    StageView,
    TrafficPoint,
    Transition,
    VersionCounts,
    VersionTraffic,
)
from greenshift.view.model import ActionView, PipelineView, PlannedStep
from support.stacks.told_view import ToldController, ToldView

BEGAN = datetime(2026, 11, 23, 16, 20, tzinfo=UTC)
KEYS = ("charge", "refund", "settle")
STAGES = ("Source", "Build", "Publish", "Approve", "Shift")
_COMMIT = "3f9d2c1a77b0c6f5e4d3b2a1908f7e6d5c4b3a29"
_EXECUTION = "9b1f0f5e-7a34-4a52-9be2-0d6a5b1c2d3e"

_CAUSES = {
    "PUBLISHED": "3 new versions are published and answer",
    "SHIFTING": "the shift began",
    "ROLLING_BACK": "charge: alarm shop-local-charge-errors fired",
    "ROLLED_BACK": "every function is back",
    "SUCCEEDED": "every function has arrived",
}

Retell = Callable[[str], str]


def at(minutes: float) -> str:
    return (BEGAN + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def shifting() -> Snapshot:
    """Twelve minutes into a release that moves a tenth a minute; its new version is well."""
    release = _release("SHIFTING", transitions=(("PUBLISHED", 2), ("SHIFTING", 4)))
    return _snapshot(release, now=9.5, percent=50.0, fails=0.0, state="SHIFTING", alarm="OK")


def asking() -> Snapshot:
    """An approval is waited for; nothing moved, and the release before it is live."""
    release = _release("PUBLISHED", transitions=(("PUBLISHED", 2),))
    told = _snapshot(release, now=3.0, percent=0.0, fails=0.0, state="PUBLISHED", alarm="OK")
    question = Attention(
        "approval", f"Approve of {_EXECUTION[:8]} waits for an answer: Ready to shift?",
        f"greenshift approve {_EXECUTION[:8]} --yes", at(2), _EXECUTION, "Approve", "Approve",
    )  # fmt: skip
    return replace(told, attention=(question,), traffic=(), ledger=LedgerPage((release, *_live_before())))


def went_back() -> Snapshot:
    """Every request to the new version failed; the alarm fired and all functions went back."""
    release = _release(
        "ROLLED_BACK",
        transitions=(("PUBLISHED", 2), ("SHIFTING", 4), ("ROLLING_BACK", 7.1), ("ROLLED_BACK", 7.6)),
        ended=7.6,
        reason="alarm shop-local-charge-errors: Threshold Crossed: 1 out of the last 1 datapoints "
        "[100.0 (23/11/26 16:26:00)] was greater than the threshold (5.0).",
        alarm="shop-local-charge-errors",
        back=(7.15, 7.2, 7.55),
    )
    return _snapshot(release, now=9.0, percent=0.0, fails=1.0, state="ROLLED_BACK", alarm="ALARM")


def undone() -> Snapshot:
    """After it somebody put the versions of before it live once more, and told nobody why."""
    back = went_back()
    assert back.release is not None
    rollback = replace(
        back.release, id="rollback-3f9b60a4", status="SUCCEEDED", mode="rollback", commit="", message="",
        trigger="", reason="", alarm="", findings=(), started_at=at(8), ended_at=at(8.5),
    )  # fmt: skip
    return replace(back, release=rollback, ledger=LedgerPage((rollback, *back.ledger.releases)), shifts=())


def with_copies() -> Snapshot:
    """Nothing moves; one function serves a working copy, another one what a killed process left."""
    calm = went_back()
    first, second, *others = calm.functions
    mine = replace(first, version="5", released="3", alarm_state="OK")
    left = replace(second, version="6", released="3", is_left_behind=True)
    found = Attention(
        "working-copy", f"greenshift dev was killed and left its working copy behind: {second.key}",
        "greenshift repair",
    )  # fmt: skip
    return replace(calm, functions=(mine, left, *others), attention=(found,))


def building() -> Snapshot:
    """A new commit is built; the charts are still of the release before it, a rollback."""
    before = undone()
    number = STAGES.index("Build")
    running = ExecutionView(
        "7c2a4b1e-new", "InProgress", "7c2a4b1e77b0c6f5e4d3b2a1908f7e6d5c4b3a29", "Round to cents again",
        "Webhook", at(8), at(9),
    )  # fmt: skip
    stages = tuple(
        replace(each, execution=running.id, actions=tuple(
            replace(action, status="Succeeded" if place < number else "InProgress", error="", summary="",
                    started_at=at(8 + place / 2), updated_at=at(8.4 + place / 2))
            for action in each.actions
        )) if place <= number else each
        for place, each in enumerate(before.pipeline.stages)
    )  # fmt: skip
    executions = (running, *before.pipeline.executions)
    return replace(before, pipeline=replace(before.pipeline, stages=stages, executions=executions))


SCENES: dict[str, Callable[[], Snapshot]] = {"asking": asking, "shifting": shifting, "went back": went_back}


def _release(status: str, transitions: tuple[tuple[str, float], ...], **ended: Any) -> ReleaseView:
    back = ended.get("back", ())
    functions = tuple(
        FunctionRelease(
            key, f"shop-local-{key}", "3", "4",
            "ROLLED_BACK" if back else "SHIFTED" if "ended" in ended else "SHIFTING",
            reason=ended.get("reason", ""), deployment_id=f"d-{number}",
            back_at=at(back[number]) if back else "",
        )
        for number, key in enumerate(KEYS)
    )  # fmt: skip
    return ReleaseView(
        id=_EXECUTION, status=status, commit=_COMMIT, message="Round to cents, not to euros",
        trigger="Webhook", started_at=at(1), ended_at=at(ended["ended"]) if "ended" in ended else "",
        reason=ended.get("reason", ""), alarm=ended.get("alarm", ""), functions=functions,
        transitions=tuple(Transition(at(minute), word, _CAUSES[word]) for word, minute in transitions),
        author="Ada Lovelace <ada@example.invalid>",
        findings=("charge: memory 512 MB -> 256 MB", "refund: environment variables removed: STRIPE_KEY"),
    )  # fmt: skip


def _snapshot(
    release: ReleaseView, *, now: float, percent: float, fails: float, state: str, alarm: str
) -> Snapshot:
    reason = release.reason.removeprefix("alarm shop-local-charge-errors: ")
    alarms = tuple(
        AlarmView(f"shop-local-{key}-errors", key, alarm if key == KEYS[0] else "OK",
                  reason if key == KEYS[0] else "", at(7), 5.0, "4", 60, 1, 1)
        for key in KEYS
    )  # fmt: skip
    return Snapshot(
        at=at(now),
        pipeline=_pipeline(release),
        functions=tuple(
            FunctionView(key, f"shop-local-{key}", "3", "4" if percent else "", percent,
                         f"shop-local-{key}-errors", alarm if key == KEYS[0] else "OK")
            for key in KEYS
        ),
        alarms=alarms,
        release=release,
        shifts=tuple(_shift(key, percent, state, release) for key in KEYS),
        traffic=tuple(_traffic(key, now, fails if key == KEYS[0] else fails / 3) for key in KEYS),
        ledger=LedgerPage((release, *_earlier())),
        attention=(),
        sources=_sources(percent, fails),
    )  # fmt: skip


def _sources(percent: float, fails: float) -> tuple[SourceTraffic, ...]:
    """What a queue and an API gave to each version, once something moved."""
    if not percent and not fails:
        return ()
    counts = (VersionCounts("3", 240, 0), VersionCounts("4", 60, round(60 * fails)))
    again = (Retried("4", "3", 12),) if fails else ()
    return (
        SourceTraffic(KEYS[0], "queue shop-local-payments", counts, again),
        SourceTraffic(KEYS[1], "route POST /refunds/{id}", counts[:1], ()),
    )


def _pipeline(release: ReleaseView) -> PipelineView:
    done = {"PUBLISHED": 3, "SHIFTING": 4}.get(release.status, 5)
    stages = tuple(_stage(name, number, done, release) for number, name in enumerate(STAGES))
    execution = ExecutionView(
        _EXECUTION, "Failed" if release.status == "ROLLED_BACK" else "InProgress", _COMMIT, release.message,
        "Webhook", at(0), at(4), stages,
    )  # fmt: skip
    return PipelineView("shop-local", "https://us-east-1.console.aws.amazon.com/", 1, stages, (execution,))


def _stage(name: str, number: int, done: int, release: ReleaseView) -> StageView:
    failed = release.status == "ROLLED_BACK" and name == "Shift"
    status = "Failed" if failed else "Succeeded" if number < done else "InProgress" if number == done else ""
    action = ActionView(
        name, name, status, "50 % of the traffic is on the new versions" if status == "InProgress" else "",
        release.reason if failed else "", "shop-local:1" if name == "Build" else "",
        "Build" if name == "Build" else "Invoke",
        at(number) if status else "", at(number + 0.7) if status else "",
    )  # fmt: skip
    return StageView(name, (action,), _EXECUTION)


def _shift(key: str, percent: float, state: str, release: ReleaseView) -> ShiftView:
    plan = tuple(PlannedStep(at(4 + n), 10.0 * (n + 1)) for n in range(10))
    hooks = (
        HookView("BeforeAllowTraffic", "Succeeded", at(3), at(3.2)),
        HookView("AllowTraffic", "InProgress", at(4)),
        HookView("AfterAllowTraffic", "Pending"),
    )
    is_back = release.status == "ROLLED_BACK"
    return ShiftView(
        key, "3", "4", state, percent, percent, "Linear10PercentEvery1Minute", f"d-{key}",
        "Failed" if is_back else "InProgress", "", at(3), at(7.1) if is_back else "", plan, hooks,
    )  # fmt: skip


def _traffic(key: str, now: float, fails: float) -> FunctionTraffic:
    old, new = [], []
    for minute in range(1, int(now)):
        share = min(1.0, max(0.0, (minute - 3) / 10)) if not fails or minute < 7 else 0.0
        calls = round(60 * share)
        old.append(TrafficPoint(at(minute), 60 - calls, 0, 100 * (1 - share), 21.0, 48.0 + minute))
        if calls:
            new.append(
                TrafficPoint(at(minute), calls, round(calls * fails), 100 * share, 25.0, 95.0 - minute)
            )
    return FunctionTraffic(key, 60, 5.0, (VersionTraffic("3", tuple(old)), VersionTraffic("4", tuple(new))))


def _earlier() -> tuple[ReleaseView, ...]:
    before = _release("SUCCEEDED", (("PUBLISHED", -60), ("SUCCEEDED", -50)), ended=-50)
    told = ("Charge in the customer's currency", "Retry a refund once", "First")
    return tuple(
        replace(
            before, id=f"{n}0c4f2aa-e1b2-4c3d-8e4f-5a6b7c8d9e0f", commit=f"{n}bcdef0123456789", message=words,
            started_at=at(-60 * n), ended_at=at(-60 * n + 9.5),
        )
        for n, words in enumerate(told, 1)
    )  # fmt: skip


def _live_before() -> tuple[ReleaseView, ...]:
    first, *others = _earlier()
    parts = tuple(replace(each, from_version="2", to_version="3") for each in first.functions)
    return replace(first, functions=parts), *others


# What people write, told in another way


_WRITTEN = {
    "message", "reason", "why", "by", "author", "text", "next", "error", "summary", "closed_because",
    "strategy", "alarm", "key", "function", "subject", "trigger", "cause", "source",
}  # fmt: skip
_LINES_OF_TEXT = {"findings"}
_NAMED_BY_PEOPLE = {"StageView": {"name"}, "PipelineView": {"name"}, "FunctionView": {"name"}}


def retold(value: Any, retell: Retell) -> Any:
    """The same, with everything that people may write as ``retell`` says it; what is empty stays so."""
    if isinstance(value, tuple):
        return tuple(retold(item, retell) for item in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    written = _WRITTEN | _NAMED_BY_PEOPLE.get(type(value).__name__, set())
    told = {}
    for field in fields(value):
        found = getattr(value, field.name)
        is_text = isinstance(found, str) and field.name in written
        if field.name in _LINES_OF_TEXT:
            told[field.name] = tuple(map(retell, found))
        else:
            told[field.name] = (retell(found) if found else "") if is_text else retold(found, retell)
    return replace(value, **told)


@dataclass(frozen=True)
class ToldStack(WatchedStack):
    told: Snapshot | None = None

    def view(self) -> StackView:
        assert self.told is not None
        return cast(StackView, ToldView(self.told, self.outputs))


def told_stack(snapshot: Snapshot, **values: Any) -> ToldStack:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:"
    outputs = StackOutputs(
        snapshot.pipeline.name, "", "shop-local-ledger", "shop-local-artifacts", "",
        tuple(FunctionOutputs(each.key, each.name, f"{arn}{each.name}:live", each.alarm, each.key)
              for each in snapshot.functions),
        "shop-local-controller",
    )  # fmt: skip

    def answers(service: str) -> Any:
        assert service == "lambda", f"the page called {service}"
        return ToldController(snapshot)

    settings = {"read_only": False, "is_near": True, **values}
    return ToldStack("local", outputs, answers, EAGER, told=snapshot, **settings)
