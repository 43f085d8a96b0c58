"""Pulumi's engine events become our engine's, so that both ways print the same.

Pulumi tells a replacement as up to three steps (create-replacement, replace, delete-replaced); here it is
one, done when the new resource exists. An error comes twice, as a diagnostic and as a failed step; here
once, as the failed step with its message.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from pulumi.automation import EngineEvent, OpType
from pulumi.automation.events import DiagnosticEvent, PolicyEvent, StepEventMetadata, SummaryEvent

from greenshift.engine.events import (
    Diagnostic,
    Event,
    Op,
    Severity,
    Step,
    StepDone,
    StepFailed,
    StepPlanned,
    StepStarted,
)
from greenshift.engine.state.outputs import Output
from greenshift.pulumi_cli.properties import is_secret, is_unknown, property_changes

_TOLD: Mapping[str, Op] = {
    OpType.SAME: "same",
    OpType.CREATE: "create",
    OpType.IMPORT: "create",
    OpType.UPDATE: "update",
    OpType.DELETE: "delete",
    OpType.READ: "read",
    OpType.DISCARD: "discard",
    OpType.CREATE_REPLACEMENT: "replace",
    OpType.IMPORT_REPLACEMENT: "replace",
    OpType.READ_REPLACEMENT: "replace",
}
# Pulumi counts what a program means: of a replacement only the logical step [Pulumi: engine, Step.Logical].
_COUNTED: Mapping[str, Op] = {
    OpType.SAME: "same",
    OpType.CREATE: "create",
    OpType.IMPORT: "create",
    OpType.UPDATE: "update",
    OpType.DELETE: "delete",
    OpType.READ: "read",
    OpType.DISCARD: "discard",
    OpType.REPLACE: "replace",
}
# Steps that are a part of one told above: told only when they fail.
_HALVES: Mapping[str, Op] = {OpType.DELETE_REPLACED: "replace", OpType.REPLACE: "replace"}
# What a program writes to standard error is a warning in our engine, too.
_SEVERITIES: Mapping[str, Severity] = {
    "info": "info",
    "info#err": "warning",
    "warning": "warning",
    "error": "error",
}
_COLOUR = re.compile(r"<\{%.*?%\}>")
_STACK_TYPE = "pulumi:pulumi:Stack"
_PROVIDER_TYPE = "pulumi:providers:"


class Translation:
    """One run of Pulumi, event by event. ``planning`` for a preview."""

    def __init__(self, on_event: Callable[[Event], None], *, planning: bool) -> None:
        self._on_event = on_event
        self._planning = self.is_planning = planning
        self._began: dict[str, float] = {}
        self._untold: dict[str, str] = {}  # urn -> the error of a step that has not failed yet
        self._summary: SummaryEvent | None = None
        self._counts: Counter[str] = Counter()
        self.steps: list[Step] = []
        self.failed: list[StepFailed] = []
        self.errors: list[str] = []
        self.outputs: dict[str, Output] = {}

    def __call__(self, event: EngineEvent) -> None:
        if event.resource_pre_event is not None and _is_own(event.resource_pre_event.metadata):
            return
        if event.res_outputs_event is not None and _is_own(event.res_outputs_event.metadata):
            return
        if event.resource_pre_event is not None:
            self._before(event.resource_pre_event.metadata)
        elif event.res_outputs_event is not None:
            self._after(event.res_outputs_event.metadata)
        elif event.res_op_failed_event is not None:
            self._failure(event.res_op_failed_event.metadata)
        elif event.diagnostic_event is not None:
            self._diagnostic(event.diagnostic_event)
        elif event.policy_event is not None:
            self._policy(event.policy_event)
        elif event.summary_event is not None:
            self._summary = event.summary_event

    def finish(self) -> None:
        """Errors of resources whose step was never said to have failed are told at the end."""
        for urn, message in self._untold.items():
            self._say("error", message, urn)
        self._untold.clear()

    @property
    def counts(self) -> dict[str, int]:
        """How many resources a run did what to: Pulumi's own numbers, in our words."""
        if self._summary is None:
            return dict(self._counts)
        told: Counter[str] = Counter()
        for op, number in self._summary.resource_changes.items():
            if op in _COUNTED and number:
                told[_COUNTED[op]] += number
        return dict(told)

    def _before(self, metadata: StepEventMetadata) -> None:
        op = _TOLD.get(metadata.op)
        if op is None:
            return
        step = _step(metadata, op)
        self._began[step.urn] = time.monotonic()
        if self._planning:
            self._count(step)
            self._on_event(StepPlanned(step))
        else:
            self._on_event(StepStarted(step))

    def _after(self, metadata: StepEventMetadata) -> None:
        if metadata.type == _STACK_TYPE and metadata.new is not None:
            self.outputs = {name: _output(value) for name, value in (metadata.new.outputs or {}).items()}
        op = _TOLD.get(metadata.op)
        if op is None or self._planning:
            return
        step = _step(metadata, op)
        self._count(step)
        now = time.monotonic()
        self._on_event(StepDone(step, now - self._began.pop(step.urn, now)))

    def _failure(self, metadata: StepEventMetadata) -> None:
        op = _TOLD.get(metadata.op) or _HALVES.get(metadata.op, "update")
        message = self._untold.pop(metadata.urn, "Pulumi gave no reason")
        failed = StepFailed(_step(metadata, op), message)
        self.failed.append(failed)
        self._on_event(failed)

    def _diagnostic(self, event: DiagnosticEvent) -> None:
        severity = _SEVERITIES.get(event.severity)
        message = plain(event.message)
        if severity is None or event.ephemeral or not message:
            return
        if severity != "error":
            self._say(severity, message, event.urn or "")
        elif event.urn and not event.urn.split("::")[-2].endswith(_STACK_TYPE):
            earlier = self._untold.get(event.urn)
            self._untold[event.urn] = f"{earlier}\n{message}" if earlier else message
        else:
            self._say("error", message, event.urn or "")

    def _policy(self, event: PolicyEvent) -> None:
        message = f"{event.policy_pack_name}/{event.policy_name}: {plain(event.message)}"
        severity: Severity = "error" if event.enforcement_level == "mandatory" else "warning"
        self._say(severity, message, event.resource_urn or "")

    def _say(self, severity: Severity, message: str, urn: str) -> None:
        if severity == "error":
            self.errors.append(message)
        self._on_event(Diagnostic(severity, message, urn))

    def _count(self, step: Step) -> None:
        self._counts[step.op] += 1
        if step.op != "same":
            self.steps.append(step)


def _is_own(metadata: StepEventMetadata) -> bool:
    """A provider that no program asked for: Pulumi makes it, and does not show or count it either."""
    name = metadata.urn.rpartition("::")[-1]
    return metadata.type.startswith(_PROVIDER_TYPE) and (name == "default" or name.startswith("default_"))


def plain(message: str) -> str:
    """Without Pulumi's colour marks (``<{%fg N%}>``) and trailing space."""
    return _COLOUR.sub("", message).strip()


def _step(metadata: StepEventMetadata, op: Op) -> Step:
    changes = property_changes(metadata) if op in ("update", "replace") else ()
    return Step(metadata.urn, metadata.type, metadata.urn.rsplit("::", 1)[-1], op, changes)


def _output(value: Any) -> Output:
    if is_unknown(value):
        return Output(None, known=False)
    return Output(value, secret=is_secret(value))
