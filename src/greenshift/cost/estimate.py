"""A stack, its use and prices become lines: at rest, for a release and what it leaves, for calls. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from greenshift.cost.assumptions import Assumptions
from greenshift.cost.prices import Prices
from greenshift.cost.stack import CONTROLLER, HOOKS, RECORDER, Machine, Stack

_KB_IN_GB = 1024 * 1024
_MB_IN_GB = 1024


@dataclass(frozen=True)
class Line:
    """``quantity`` units of one price; ``dollars`` is None where the table has no such price."""

    what: str
    price: str
    quantity: float
    unit: str
    """What ``listed`` is the price of, which may be a million of them."""
    listed: float
    dollars: float | None


@dataclass(frozen=True)
class Estimate:
    functions: int
    assumed: Assumptions
    at_rest: tuple[Line, ...]
    """A month without a release and without a call."""
    per_release: tuple[Line, ...]
    stored: tuple[Line, ...]
    """A month of what the assumed releases leave stored."""
    of_calls: tuple[Line, ...]
    """What a month's calls of your functions cost."""
    pipeline_minutes: Mapping[str, int]
    """The minutes of CodePipeline in one release, by what its actions do: Source, Build, Publish, Shift."""
    not_priced: tuple[str, ...]

    @property
    def month(self) -> float:
        """With the releases and calls that were assumed."""
        releases = self.assumed.releases * total(self.per_release)
        return total(self.at_rest) + releases + total(self.stored) + total(self.of_calls)


def total(lines: Iterable[Line]) -> float:
    return sum(line.dollars or 0.0 for line in lines)


def estimate(stack: Stack, assumed: Assumptions, prices: Prices, functions: int | None = None) -> Estimate:
    """``functions`` for a stack with so many functions like these; else as many as it has."""
    count = stack.functions if functions is None else functions
    work = _Work(stack, assumed, count)

    def priced(items: Iterable[tuple[str, str, float]]) -> tuple[Line, ...]:
        return tuple(_line(prices, *item) for item in items if item[2])

    lines = (
        priced(work.at_rest()), priced(work.per_release()), priced(work.stored()), priced(work.of_calls()),
    )  # fmt: skip
    missing = {line.price for some in lines for line in some if line.dollars is None}
    unknown = [f"{number} x {type_}" for type_, number in sorted(stack.not_priced.items())]
    not_priced = (*unknown, *(f"no price {name}" for name in sorted(missing)))
    return Estimate(count, assumed, *lines, work.action_minutes, not_priced)


def _line(prices: Prices, what: str, name: str, quantity: float) -> Line:
    price = prices.find(name)
    if price is None:
        return Line(what, name, quantity, "", 0.0, None)
    return Line(what, name, quantity, price.per, price.dollars, quantity * price.each)


@dataclass(frozen=True)
class _Work:
    """What is used, as (what it is for, the price's name, how many units of it)."""

    stack: Stack
    assumed: Assumptions
    functions: int

    def at_rest(self) -> Iterator[tuple[str, str, float]]:
        stack = self.stack
        yield "alarms", "alarm", stack.alarm_metrics + stack.alarm_metrics_each * self.functions
        yield "keys", "kms.key", stack.keys
        yield "secrets", "secret", stack.secrets

    def per_release(self) -> Iterator[tuple[str, str, float]]:
        assumed, count = self.assumed, self.functions
        looks = math.ceil(assumed.shift_minutes * assumed.looks_per_minute) + 1
        yield "pipeline", "pipeline", sum(self.action_minutes.values())
        yield "build", f"build.{self.stack.compute_type}", math.ceil(assumed.build_minutes)
        looking = looks * (assumed.look_seconds + assumed.look_seconds_each * count)
        yield from self._lambda("controller", CONTROLLER, looks + 1, self._publish_seconds + looking)
        for hook in HOOKS:
            yield from self._lambda(hook, f"{hook}-function", count, count * assumed.hook_seconds)
        events = assumed.events + assumed.events_each * count
        yield from self._lambda("recorder", RECORDER, events, events * assumed.event_seconds)
        yield "ledger, writes", "table.writes", assumed.writes + assumed.writes_each * count
        yield "ledger, reads", "table.reads", assumed.reads + assumed.reads_each * count
        yield "alarms and metrics, requests", "cloudwatch.requests", looks + 4 * count
        yield "artifacts, requests", "s3.puts", 4 + count
        yield "logs", "logs.ingested", self._log_gb
        yield "notices", "notices", 1

    def stored(self) -> Iterator[tuple[str, str, float]]:
        releases = self.assumed.releases
        rows = releases * 12 * self._row_gb
        yield "ledger, a year of rows", "table.stored", rows
        yield "ledger, point-in-time recovery", "table.recovery", rows if self.stack.recovers else 0
        yield "artifacts of a month's releases", "s3.stored", releases * self._package_gb
        yield "logs of a month's releases", "logs.stored", releases * self._log_gb

    def of_calls(self) -> Iterator[tuple[str, str, float]]:
        yield "calls", "lambda.requests", self.assumed.calls
        each = self.assumed.calls / len(self.stack.own) * self.assumed.call_ms / 1000
        for architecture in sorted({machine.architecture for machine in self.stack.own}):
            memory = sum(m.memory for m in self.stack.own if m.architecture == architecture)
            yield "calls, memory", f"lambda.{architecture}", each * memory

    @property
    def action_minutes(self) -> dict[str, int]:
        """CodePipeline, pricing: each action's time is rounded up to a minute."""
        assumed, actions = self.assumed, self.stack.actions
        invokes = [place for place, category in enumerate(actions) if category == "Invoke"]
        shifts = max(1, len(invokes) - 1)  # the first one publishes; the shift is one, or one a wave
        shifting = shifts * math.ceil(assumed.shift_minutes / shifts + 1)
        others = Counter(each for each in actions if each not in ("Invoke", "Build"))
        return {
            **others,
            "Build": actions.count("Build") * math.ceil(assumed.build_minutes),
            "Publish": math.ceil(self._publish_seconds / 60),
            "Shift": shifting,
        }

    @property
    def _publish_seconds(self) -> float:
        return self.assumed.publish_seconds + self.assumed.publish_seconds_each * self.functions

    @property
    def _row_gb(self) -> float:
        return (self.assumed.row_kb + self.assumed.row_kb_each * self.functions) / _KB_IN_GB

    @property
    def _package_gb(self) -> float:
        return self.assumed.package_mb * self.functions / _MB_IN_GB

    @property
    def _log_gb(self) -> float:
        return (self.assumed.log_mb + self.assumed.log_mb_each * self.functions) / _MB_IN_GB

    def _lambda(
        self, what: str, name: str, invocations: float, seconds: float
    ) -> Iterator[tuple[str, str, float]]:
        machine = self.stack.control.get(name, Machine(0.25, 0.0, "x86_64"))
        yield f"{what}, invocations", "lambda.requests", invocations
        yield f"{what}, memory", f"lambda.{machine.architecture}", seconds * machine.memory
        yield f"{what}, /tmp", "lambda.storage", seconds * machine.storage
