"""What the engine tells while it works. No secret value is ever in an event: it reads ``[secret]``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Op = Literal["create", "update", "replace", "delete", "same", "read", "discard", "import"]
Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True)
class PropertyChange:
    """One changed property; ``before`` and ``after`` are short texts for a person."""

    path: str
    kind: Literal["add", "change", "remove"]
    before: str = ""
    after: str = ""
    replaces: bool = False


@dataclass(frozen=True)
class Step:
    """What is to be done to one resource."""

    urn: str
    type: str
    name: str
    op: Op
    changes: tuple[PropertyChange, ...] = ()
    is_stand_in: bool = False  # it is in the state alone


@dataclass(frozen=True)
class StepPlanned:
    """Preview: this would be done."""

    step: Step


@dataclass(frozen=True)
class StepStarted:
    step: Step


@dataclass(frozen=True)
class StepDone:
    step: Step
    seconds: float


@dataclass(frozen=True)
class StepFailed:
    step: Step
    message: str


@dataclass(frozen=True)
class Diagnostic:
    """A message of the program, or about it."""

    severity: Severity
    message: str
    urn: str = ""


@dataclass(frozen=True)
class OutputsChanged:
    """The stack's outputs differ from those of the last run (names only)."""

    names: tuple[str, ...]


Event: TypeAlias = StepPlanned | StepStarted | StepDone | StepFailed | Diagnostic | OutputsChanged
