"""Calls of the controller as points to break at: learned from one release, tried one by one in others."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

from botocore.exceptions import ClientError

from greenshift.contract.statuses import Status
from greenshift.twin.faults.model import Kind
from greenshift.twin.faults.words import words_of
from support.faults.survival import Ended, examine
from support.stacks.delivered import BAD, STACK, Delivered, until

CONTROLLER = f"{STACK}-controller"
_number = itertools.count(1)


@dataclass(frozen=True, order=True)
class Point:
    """The ``nth`` call of an operation in a release, from 0."""

    service: str
    operation: str
    nth: int
    step: str = ""

    def __str__(self) -> str:
        return f"{self.step} {self.service} {self.operation} {self.nth + 1}"


@dataclass
class Tried:
    """What became of the releases of a sweep."""

    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    fired: set[tuple[str, str, bool]] = field(default_factory=set)
    missed: list[str] = field(default_factory=list)
    announced: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """What each release was tried under, by its id."""
    slowest: tuple[float, str] = (0.0, "")
    mixed: list[float] = field(default_factory=list)
    """Seconds of the twin from the first function back to the last, of each release that went back."""
    began: float = field(default_factory=time.monotonic)

    def told(self, title: str) -> str:
        runs = sum(self.statuses.values())
        ends = ", ".join(f"{count} {status}" for status, count in sorted(self.statuses.items()))
        took, slow = self.slowest
        lines = [
            f"{title}: {runs} releases in {time.monotonic() - self.began:.0f} s: {ends}",
            f"  slowest: {took:.1f} s, {slow}",
            *self._mixed_told(),
            f"  announced twice: {sum(count > 1 for count in self.announced.values())}",
            *(f"  not reached again: {missed}" for missed in self.missed),
        ]
        return "\n" + "\n".join(lines)

    def _mixed_told(self) -> list[str]:
        """How long functions were back and others not; a real second is many of the twin's."""
        if not self.mixed:
            return []
        median, longest = sorted(self.mixed)[len(self.mixed) // 2], max(self.mixed)
        return [f"  mixed window of {len(self.mixed)}: median {median:.0f} s, longest {longest:.0f} s"]


@dataclass(frozen=True)
class Breakage:
    """A fault at a point."""

    kind: Kind
    point: Point
    performed: bool = False

    def __str__(self) -> str:
        when = f" {'after' if self.performed else 'before'}" if self.kind != "throttle" else ""
        return f"{self.kind}{when} {self.point}"


def learn(stack: Delivered, make: Callable[[], str], *, is_full: bool) -> list[Point]:
    """The calls the controller makes in a release, in order: all that two releases made, or, to be reached
    for certain again, those they have in common. How often it polls depends on the machine.
    """
    first, second = _calls_of(stack, make()), _calls_of(stack, make())
    if is_full:
        return [*first, *(point for point in second if point not in first)]
    return [point for point in first if point in second]


def _calls_of(stack: Delivered, execution: str) -> list[Point]:
    shift_began = _stage_began(stack, execution, "Shift")
    seen: Counter[tuple[str, str]] = Counter()
    points = []
    for call in stack.calls(CONTROLLER, since=_stage_began(stack, execution, "Publish")):
        operation = call["service"], call["operation"]
        points.append(
            Point(*operation, seen[operation], "Shift" if call["time"] >= shift_began else "Publish")
        )
        seen[operation] += 1
    return points


def _stage_began(stack: Delivered, execution: str, name: str) -> float:
    details = stack.pipeline.list_action_executions(
        pipelineName=STACK, filter={"pipelineExecutionId": execution}
    )["actionExecutionDetails"]
    times = [detail["startTime"].timestamp() for detail in details if detail["stageName"] == name]
    return float(min(times, default=float("inf")))


def kills(points: Iterable[Point]) -> list[tuple[Breakage, ...]]:
    """Before and after every call, one in each release."""
    return [(Breakage("kill", point, performed),) for point in points for performed in (False, True)]


def few_kills(points: Iterable[Point]) -> list[tuple[Breakage, ...]]:
    """Every operation before and after one of its calls, two kills in each release.

    Which call it is, rotates: the first, one in the middle, one between; the last may not come again, since
    how often a release polls depends on the machine.
    """
    chosen = one_of_each(points)
    half = len(chosen) // 2
    others = chosen[half:] + chosen[:half]
    return [
        (Breakage("kill", one), Breakage("kill", other, True))
        for one, other in zip(chosen, others, strict=True)
    ]


def bad_days(points: Iterable[Point], kinds: tuple[Kind, ...], size: int = 1) -> list[tuple[Breakage, ...]]:
    """Each call fails once, in turn in each of these ways, ``size`` calls in each release.

    Errors and time-outs come after the call took effect: the worst moment.
    """
    each = [
        Breakage(kinds[number % len(kinds)], point, kinds[number % len(kinds)] != "throttle")
        for number, point in enumerate(points)
    ]
    return [tuple(each[start : start + size]) for start in range(0, len(each), size)]


def one_of_each(points: Iterable[Point]) -> list[Point]:
    by_operation: dict[tuple[str, str], list[Point]] = {}
    for point in points:
        by_operation.setdefault((point.service, point.operation), []).append(point)
    return [
        group[(0, len(group) // 2, len(group) // 3)[number % 3]]
        for number, (_, group) in enumerate(sorted(by_operation.items()))
    ]


def sweep(
    stack: Delivered, tried: Tried, runs: Iterable[tuple[Breakage, ...]],
    sources: Callable[[], Mapping[str, str]], **more: Any,
) -> None:  # fmt: skip
    """A release for each run, broken as it says; notices are counted at the end."""
    stack.mail()
    for breakages in runs:
        for each in breakages:
            point = each.point
            stack.twin.inject(
                each.kind, point.service, point.operation, function=CONTROLLER, after=point.nth, count=1,
                performed=each.performed,
            )  # fmt: skip
        try_one(stack, tried, ", ".join(map(str, breakages)), sources(), **more)
    # Whoever dies after telling, or takes longer than its claim lasts, is followed by one that tells again
    # (``told``); at this speed of the twin a claim lasts a sixth of a second. `test_duplicates` is slower.
    check_notices(stack, tried, most=2)


def try_one(
    stack: Delivered, tried: Tried, name: str, sources: Mapping[str, str], *,
    expected: Iterable[Status] = tuple(Status), traffic: str | None = None, seconds: float = 600,
) -> Ended:  # fmt: skip
    """One release under whatever faults are set; everything wrong with its end goes to ``tried``."""
    before = {key: version for key, (version, _) in stack.aliases().items()}
    began = time.monotonic()
    with calling(stack, traffic):
        execution = stack.start(sources)
        stack.follow(execution, seconds)
    reports = stack.twin.clear_faults()
    for message in stack.mail():
        _note_mail(tried, message)
    tried.announced.setdefault(execution, 0)
    tried.names[execution] = name
    ended = examine(stack, execution, before)
    tried.statuses[ended.status] += 1
    tried.slowest = max(tried.slowest, (time.monotonic() - began, name))
    release = stack.release(execution)
    tried.mixed += [] if release.mixed is None else [release.mixed.total_seconds()]
    if ended.status not in expected:
        reason = release.reason
        tried.wrong.append(f"{name}: it ended {ended.status}: {reason}")
    tried.wrong += [f"{name}: {each}" for each in ended.wrong]
    tried.missed += [words_of(report.fault) for report in reports if not report.fired]
    tried.fired |= {(r.fault.service, r.fault.operation, r.fault.performed) for r in reports if r.fired}
    return ended


@contextmanager
def calling(stack: Delivered, key: str | None) -> Iterator[None]:
    """Traffic on a function while its release runs; who calls a failing function just calls it again."""
    if key is None:
        yield
        return
    stopped = Event()

    def call() -> None:
        client = stack.twin.client("lambda")
        for _ in range(20_000):
            if stopped.wait(0.02):
                return
            with suppress(ClientError):  # refused for a moment; the next call is on its way
                client.invoke(FunctionName=f"{STACK}-{key}", Qualifier="live", Payload=b"{}")

    thread = Thread(target=call, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(20)


def _note_mail(tried: Tried, message: Mapping[str, Any]) -> None:
    """A notice names its release: `Release   <id>`."""
    for line in message["Message"].splitlines():
        if line.startswith("Release:"):
            execution = line.split()[1]
            tried.announced[execution] = tried.announced.get(execution, 0) + 1


def check_notices(stack: Delivered, tried: Tried, most: int = 1) -> None:
    """Each release was announced, and ``most`` times at most. The last ones may still be on their way."""

    def all_there() -> bool:
        for message in stack.mail():
            _note_mail(tried, message)
        return all(tried.announced.values())

    until(all_there, lambda: f"announced: {tried.announced}", 20)
    tried.wrong += [
        f"{tried.names.get(execution, execution)}: it was announced {count} times"
        for execution, count in tried.announced.items()
        if not 1 <= count <= most
    ]


def fresh(stack: Delivered) -> dict[str, str]:
    """Good code nobody has released yet."""
    return stack.good(f"number {next(_number)}")


def failing(stack: Delivered) -> dict[str, str]:
    """New code of which the first function passes its smoke test and fails its callers."""
    answer = f"bad {next(_number)}"
    sources = {key: f"def handler(event, context):\n    return '{key} {answer}'\n" for key in stack.keys}
    return sources | {stack.keys[0]: BAD.format(answer=answer)}
