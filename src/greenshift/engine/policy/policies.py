"""What a policy pack may say about a run, and when: everything at once before anything is created.

A preview asks about each resource while the program runs, and about all of them at its end. ``up`` does
that first, in a silent preview of its own, in which ids and ARNs are taken as they will be (``foresees``), so
that a policy document which names one is judged before anything is created. Then each resource is asked about
again whose inputs turn out to be other ones, just before it is created, and all of them once more at the end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from greenshift.engine import urn
from greenshift.engine.policy.policy_pack import Asked, PackError, RunningPack, Violation
from greenshift.engine.program.goal import Goal
from greenshift.engine.properties.values import Properties, has_unknown
from greenshift.engine.reporter import Reporter
from greenshift.engine.steps.stop import Stopped
from greenshift.errors import EngineError


class PolicyError(EngineError):
    """The program breaks mandatory policies: all of them in one report."""

    def __init__(self, violations: Iterable[Violation], consequence: str) -> None:
        self.violations = tuple(violations)
        super().__init__(
            f"{report(self.violations, consequence)}",
            hint="fix them, or set a rule's level: greenshift:guardrails: {<rule>: advisory|disabled}",
        )


class Policies(Protocol):
    """What a deployment tells of each resource, before it touches it."""

    def inspect(self, goal: Goal, inputs: Properties) -> None: ...

    def exported(self, outputs: Properties) -> None:
        """The stack's outputs, when the program has ended."""
        ...

    def goes_on_after(self, error: EngineError) -> bool:
        """Whether the program shall go on though the engine cannot make a resource of it."""
        ...


class NoPolicies:
    """Nobody asks."""

    def inspect(self, goal: Goal, inputs: Properties) -> None: ...

    def exported(self, outputs: Properties) -> None: ...

    def goes_on_after(self, error: EngineError) -> bool:
        return False


@dataclass
class Listing(NoPolicies):
    """In a preview: lists what the program wants, resource by resource."""

    wanted: list[tuple[Goal, Properties]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def inspect(self, goal: Goal, inputs: Properties) -> None:
        with self._lock:
            self.wanted.append((goal, inputs))


@dataclass
class Inspection:
    """In a preview: asks about each resource while the program goes on, and hears all answers at the end.

    So the report is complete, the program also goes on after a resource the engine refuses; the refusal
    counts when no policy has anything worse to say.
    """

    pack: RunningPack
    on_unknown: Callable[[], None] | None = None
    """Called at each resource with an input that only a real run will know."""
    refusal: EngineError | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _seen: list[tuple[Goal, Properties]] = field(default_factory=list)
    _asked: list[tuple[Goal, Asked]] = field(default_factory=list)

    def inspect(self, goal: Goal, inputs: Properties) -> None:
        with self._lock:
            self._seen.append((goal, inputs))
            self._asked.append((goal, self.pack.ask(goal, inputs)))
        if self.on_unknown is not None and _has_unknown(inputs):
            self.on_unknown()

    def exported(self, outputs: Properties) -> None:
        with self._lock:
            self._seen = with_exports(self._seen, outputs)

    def violations(self) -> list[Violation]:
        """All of them, one resource after the other."""
        found = [item for goal, asked in self._asked for item in self.pack.answer(goal, asked)]
        return sorted({*found, *self.pack.stack(self._seen)}, key=lambda item: (item.urn, item.policy))

    def goes_on_after(self, error: EngineError) -> bool:
        with self._lock:
            self.refusal = self.refusal or error
        return not isinstance(error, Stopped | PackError)

    def known(self) -> Mapping[str, Properties]:
        """URN -> inputs of resources of which every input was known."""
        return {goal.urn: inputs for goal, inputs in self._seen if not _has_unknown(inputs)}

    @property
    def is_complete(self) -> bool:
        """Whether every input of every resource was known."""
        return not any(_has_unknown(inputs) for _, inputs in self._seen)


@dataclass
class Watch:
    """In an ``up``: stops before a resource that breaks a policy, once its inputs are known."""

    pack: RunningPack
    known: Mapping[str, Properties]
    """What was asked before: with these very inputs there is nothing to ask again."""
    told: frozenset[Violation] = frozenset()
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _seen: list[tuple[Goal, Properties]] = field(default_factory=list)
    _late: list[Violation] = field(default_factory=list)

    def inspect(self, goal: Goal, inputs: Properties) -> None:
        with self._lock:
            self._seen.append((goal, inputs))
        if self.known.get(goal.urn) == inputs:
            return
        found = self.pack.answer(goal, self.pack.ask(goal, inputs))
        with self._lock:
            self._late += found
        _refuse(found, "it was not created; what came before it was")

    def exported(self, outputs: Properties) -> None:
        with self._lock:
            self._seen = with_exports(self._seen, outputs)

    def goes_on_after(self, error: EngineError) -> bool:
        return False

    def violations(self) -> list[Violation]:
        """What the first inspection could not know."""
        return [item for item in {*self._late, *self.pack.stack(self._seen)} if item not in self.told]


def _has_unknown(inputs: Properties) -> bool:
    return any(has_unknown(value) for value in inputs.values())


def with_exports(seen: list[tuple[Goal, Properties]], outputs: Properties) -> list[tuple[Goal, Properties]]:
    """The stack itself has no inputs: a pack is shown what the program exports."""
    return [(goal, outputs if goal.type == urn.STACK_TYPE else inputs) for goal, inputs in seen]


def judge(
    found: Iterable[Violation], secrets: Reporter, consequence: str, *, tell: Reporter | None = None
) -> None:
    """Advisory ones are warnings, told by ``tell``; mandatory ones fail the run, all in one report.

    What ``secrets`` hides is in neither.
    """
    cleaned = [replace(item, message=secrets.clean(item.message)) for item in found]
    _warn(cleaned, tell or secrets)
    _refuse(cleaned, consequence)


def _refuse(violations: Iterable[Violation], consequence: str) -> None:
    mandatory = [item for item in violations if item.is_mandatory]
    if mandatory:
        raise PolicyError(mandatory, consequence)


def _warn(violations: Iterable[Violation], reporter: Reporter) -> None:
    for item in violations:
        if not item.is_mandatory:
            reporter.says("warning", f"{_where(item)}\n{_indented(item.message, '  ')}", item.urn)


def report(violations: tuple[Violation, ...], consequence: str) -> str:
    """One block for each: resource and rule, the reason, the fix."""
    count = "1 guardrail violation" if len(violations) == 1 else f"{len(violations)} guardrail violations"
    blocks = [f"  {_where(item)}\n{_indented(item.message, '    ')}" for item in violations]
    return "\n".join([f"{count}; {consequence}", *blocks])


def _where(item: Violation) -> str:
    return f"{urn.name_of(item.urn)} ({urn.type_of(item.urn)}): {item.policy}"


def _indented(text: str, by: str) -> str:
    return "\n".join(f"{by}{line}" for line in text.splitlines())
