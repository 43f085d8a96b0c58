"""What the conditions of a stage may not say (user guide: "Stage conditions", considerations)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from greenshift.twin.codepipeline import errors
from greenshift.twin.codepipeline.declaration import (
    ActionDeclaration,
    Condition,
    ConditionKind,
    PipelineDeclaration,
    StageDeclaration,
)
from greenshift.twin.codepipeline.rule_types import MAY_SKIP, RULE_TYPES
from greenshift.twin.codepipeline.validate_action import check_artifact_counts, check_configuration

MOST_RULES = 5
RESULTS: Mapping[ConditionKind, tuple[str, ...]] = {
    "beforeEntry": ("FAIL", "SKIP"),
    "onSuccess": ("FAIL", "ROLLBACK"),
    "onFailure": ("ROLLBACK",),
}


def check_conditions(pipeline: PipelineDeclaration, region: str) -> None:
    for index, stage in enumerate(pipeline.stages):
        _check_failure(pipeline, stage, is_first=index == 0)
        for kind, condition in stage.conditions.items():
            _check_result(stage, kind, condition)
            _check_rules(stage, kind, condition, region)
            _check_inputs(pipeline.stages[: index + 1], condition)


def _check_failure(pipeline: PipelineDeclaration, stage: StageDeclaration, *, is_first: bool) -> None:
    results = {stage.failure_result, *(condition.result for condition in stage.conditions.values())}
    if stage.failure_result == "SKIP":
        raise errors.invalid_stage(f"Stage '{stage.name}' cannot be skipped on failure")
    if stage.failure_result == "RETRY" and "onFailure" in stage.conditions:
        raise errors.invalid_stage(
            f"Stage '{stage.name}' retries on failure, and has conditions on failure: only one is possible"
        )
    if "ROLLBACK" in results and is_first:
        raise errors.invalid_stage(f"Stage '{stage.name}' is the source stage: it cannot be rolled back")
    if "ROLLBACK" in results and pipeline.mode == "PARALLEL":
        raise errors.invalid_stage(f"Stage '{stage.name}' cannot be rolled back in PARALLEL mode")


def _check_result(stage: StageDeclaration, kind: ConditionKind, condition: Condition) -> None:
    if condition.result not in RESULTS[kind]:
        raise errors.invalid_stage(
            f"The {kind} condition of stage '{stage.name}' has the result {condition.result}; "
            f"it may be {' or '.join(RESULTS[kind])}"
        )
    if condition.result == "SKIP":
        for rule in condition.rules:
            if rule.type not in MAY_SKIP:
                raise errors.invalid_stage(
                    f"Rule '{rule.name}' of stage '{stage.name}' is of provider {rule.type.provider}: "
                    "only LambdaInvoke and VariableCheck may skip a stage"
                )


def _check_rules(stage: StageDeclaration, kind: ConditionKind, condition: Condition, region: str) -> None:
    names = [rule.name for rule in condition.rules]
    if not 1 <= len(names) <= MOST_RULES:
        raise errors.invalid_stage(
            f"The {kind} condition of stage '{stage.name}' has {len(names)} rules; "
            f"it must have from 1 to {MOST_RULES}"
        )
    if len(set(names)) < len(names):
        raise errors.invalid_stage(f"Rule names of the {kind} condition of stage '{stage.name}' are unique")
    for rule in condition.rules:
        _check_rule(rule, region)


def _check_inputs(stages: Sequence[StageDeclaration], condition: Condition) -> None:
    made = {name for stage in stages for action in stage.actions for name in action.outputs}
    for rule in condition.rules:
        for name in rule.inputs:
            if name not in made:
                raise errors.invalid_action(
                    f"Input artifact '{name}' of rule '{rule.name}' is made by no action before it"
                )


def _check_rule(rule: ActionDeclaration, region: str) -> None:
    kind = RULE_TYPES.get(rule.type)
    if kind is None:
        known = ", ".join(sorted(type_id.provider for type_id in RULE_TYPES))
        raise errors.invalid_action(
            f"Rule '{rule.name}' has the type {rule.type}, not supported by the twin; it has {known}"
        )
    if rule.region not in (None, region):
        raise errors.invalid_action(
            f"Rule '{rule.name}' is in region '{rule.region}'; the twin is '{region}', and no other"
        )
    check_artifact_counts(rule, kind)
    check_configuration(rule, kind)
