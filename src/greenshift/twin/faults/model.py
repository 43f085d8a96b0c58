"""A fault as a value, and a call as faults see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from greenshift.twin.callers.environments import Environment
from greenshift.twin.callers.principal import Principal

Kind = Literal["throttle", "error", "timeout", "delay", "duplicate", "kill"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ANY = "*"


@dataclass(frozen=True)
class Fault:
    """Which calls, when, and what.

    ``operation``, ``function``, ``principal`` and the values of ``parameters`` are globs. ``function`` is the
    Lambda function that makes the call, ``principal`` the role (its name or ARN) or service that does.
    ``after`` matching calls pass first; then ``count`` of them are met (None: all), each with
    ``probability``, and with ``per_second`` only those beyond that rate. ``performed`` is for errors,
    time-outs and kills: the call takes effect all the same. ``seconds`` are real ones.
    """

    kind: Kind
    service: str = ANY
    operation: str = ANY
    function: str = ANY
    principal: str = ANY
    parameters: tuple[tuple[str, str], ...] = ()
    after: int = 0
    count: int | None = None
    probability: float = 1.0
    seed: int = 0
    per_second: float | None = None
    performed: bool = False
    seconds: float = 0.0
    code: str = ""
    status: int | None = None


@dataclass(frozen=True)
class Call:
    """One call at the door; its parameters are read only when somebody wants to know them."""

    principal: Principal
    service: str
    operation: str
    parameters: Callable[[], Mapping[str, Any]]
    environment: Environment | None = None


@dataclass(frozen=True)
class FaultReport:
    """A fault that is set, and how it fared: how many calls matched, and how many of them it met."""

    id: str
    fault: Fault
    matched: int
    fired: int


class NoAnswer(Exception):
    """The caller is to get no answer at all: the connection ends."""
