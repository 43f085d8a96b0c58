"""Conditions of a stage: rules that run before it, after it succeeded, or after it failed. Pure.

User guide, "How do stage conditions work?": the rules of a condition run together, and one that fails fails
the condition; what then happens to the stage is the condition's result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from greenshift.twin.codepipeline import errors
from greenshift.twin.codepipeline.declaration import ConditionKind
from greenshift.twin.codepipeline.state import ConditionRun, Execution, Pipeline, StageRun

# As OverrideStageCondition names them; a condition of failure has no way round it.
OVERRIDABLE: dict[str, ConditionKind] = {"BEFORE_ENTRY": "beforeEntry", "ON_SUCCESS": "onSuccess"}


@dataclass(frozen=True)
class StartRule:
    execution_id: str
    kind: ConditionKind
    rule: str


@dataclass(frozen=True)
class JudgeCondition:
    """All rules of a condition have ended."""

    execution_id: str
    kind: ConditionKind
    status: Literal["Succeeded", "Failed"]


Checked = StartRule | JudgeCondition | Literal["Succeeded", "Failed"] | None


def check(execution: Execution, run: StageRun, kind: ConditionKind) -> Checked:
    """How a condition stands, or the move it needs; None while its rules run. No condition has succeeded."""
    declared = execution.stage.conditions.get(kind)
    if declared is None:
        return "Succeeded"
    found = run.conditions.get(kind)
    due = [rule for rule in declared.rules if found is None or rule.name not in found.rules]
    if found is not None and found.status != "InProgress":
        return "Succeeded" if found.status in ("Succeeded", "Overridden") else "Failed"
    if due:
        return StartRule(execution.id, kind, due[0].name)
    ended = [] if found is None else [rule.status for rule in found.rules.values()]
    if "InProgress" in ended:
        return None
    passed = all(status == "Succeeded" for status in ended)
    return JudgeCondition(execution.id, kind, "Succeeded" if passed else "Failed")


def has_failed(run: StageRun) -> bool:
    return any(condition.status == "Failed" for condition in run.conditions.values())


def summary(condition: ConditionRun) -> str:
    """Why a condition failed, in the words of its rules."""
    errors_found = [
        f"{name}: {rule.error.message}" for name, rule in condition.rules.items() if rule.error is not None
    ]
    return "; ".join(errors_found)


def check_override(pipeline: Pipeline, execution: Execution, stage: str, kind: ConditionKind) -> None:
    """User guide, "Overriding a condition": only what holds up the execution, and never one that skips."""
    run = execution.stages.get(stage)
    declared = next(
        (each.conditions.get(kind) for each in execution.declaration.stages if each.name == stage), None
    )
    found = run.conditions.get(kind) if run else None
    if declared is None or declared.result == "SKIP" or execution.is_waiting or execution.stage.name != stage:
        raise errors.not_overridable(stage, kind)
    if found is None or found.status not in ("InProgress", "Failed"):
        raise errors.not_overridable(stage, kind)
    latest = pipeline.lane(stage).latest
    if latest is not execution and pipeline.declaration.mode != "PARALLEL":
        raise errors.not_latest_execution(stage, execution.id)
