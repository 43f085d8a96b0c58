"""What a pipeline's structure may not say (user guide: "Pipeline structure requirements"; quotas page).

Botocore's model has already checked types, lengths and patterns. Each check raises the error AWS names for
it, with a message that says which stage and action it means. What the twin cannot do is refused here as
well: a pipeline that would silently behave differently from AWS is worse than none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from greenshift.twin.codepipeline import errors
from greenshift.twin.codepipeline.action_types import ACTION_TYPES
from greenshift.twin.codepipeline.declaration import (
    ActionDeclaration,
    PipelineDeclaration,
    StageDeclaration,
)
from greenshift.twin.codepipeline.validate_action import check_artifact_counts, check_configuration
from greenshift.twin.codepipeline.validate_conditions import check_conditions

MAX_STAGES = 50
MAX_ACTIONS_IN_STAGE = 50
MAX_ACTIONS = 500
RESERVED_NAMESPACES = frozenset({"codepipeline", "variables"})


def check_structure(pipeline: PipelineDeclaration, region: str) -> None:
    """Raise what CreatePipeline and UpdatePipeline raise for a structure that cannot be."""
    _check_stores(pipeline, region)
    _check_counts(pipeline)
    _check_stage_names(pipeline)
    for index, stage in enumerate(pipeline.stages):
        _check_stage(stage, is_first=index == 0)
        for action in stage.actions:
            _check_action(action, region)
    check_conditions(pipeline, region)
    _check_artifacts(pipeline)
    _check_namespaces(pipeline)
    _check_variables(pipeline)
    _check_triggers(pipeline)


def _check_stores(pipeline: PipelineDeclaration, region: str) -> None:
    if pipeline.store and pipeline.stores:
        raise errors.invalid_structure("Only one of artifactStore and artifactStores may be given, not both")
    if not pipeline.store and not pipeline.stores:
        raise errors.invalid_structure("One of artifactStore and artifactStores must be given")
    if pipeline.stores and region not in pipeline.stores:
        raise errors.invalid_structure(f"artifactStores has no store for the pipeline's region '{region}'")


def _check_counts(pipeline: PipelineDeclaration) -> None:
    stages, actions = len(pipeline.stages), sum(len(stage.actions) for stage in pipeline.stages)
    if stages < 2:
        raise errors.invalid_structure(
            f"Pipeline has only {stages} stage(s). There should be a minimum of two stages in a pipeline"
        )
    if stages > MAX_STAGES:
        raise errors.invalid_structure(f"Pipeline has {stages} stages; the maximum is {MAX_STAGES}")
    if actions > MAX_ACTIONS:
        raise errors.invalid_structure(f"Pipeline has {actions} actions; the maximum is {MAX_ACTIONS}")


def _check_stage_names(pipeline: PipelineDeclaration) -> None:
    for name in _repeated(stage.name for stage in pipeline.stages):
        raise errors.invalid_stage(f"Stage name '{name}' is used more than once; stage names are unique")


def _check_stage(stage: StageDeclaration, *, is_first: bool) -> None:
    if stage.has_blockers:
        raise errors.invalid_blocker(stage.name)
    if not 1 <= len(stage.actions) <= MAX_ACTIONS_IN_STAGE:
        raise errors.invalid_stage(
            f"Stage '{stage.name}' has {len(stage.actions)} actions; "
            f"it must have from 1 to {MAX_ACTIONS_IN_STAGE}"
        )
    for name in _repeated(action.name for action in stage.actions):
        raise errors.invalid_action(f"Action name '{name}' is used more than once in stage '{stage.name}'")
    for action in stage.actions:
        _check_place(stage, action, is_first=is_first)


def _check_place(stage: StageDeclaration, action: ActionDeclaration, *, is_first: bool) -> None:
    is_source = action.type.category == "Source"
    if is_first and not is_source:
        raise errors.invalid_stage(
            f"Stage '{stage.name}' is the first stage: it must contain only source actions, "
            f"but '{action.name}' is of category {action.type.category}"
        )
    if is_source and not is_first:
        raise errors.invalid_stage(
            f"Stage '{stage.name}' contains the source action '{action.name}'; "
            "source actions are allowed in the first stage only"
        )


def _check_action(action: ActionDeclaration, region: str) -> None:
    kind = ACTION_TYPES.get(action.type)
    if kind is None:
        known = ", ".join(sorted(str(type_id) for type_id in ACTION_TYPES))
        raise errors.invalid_action(
            f"Action '{action.name}' has the type {action.type}, not supported by the twin; it has {known}"
        )
    if action.region not in (None, region):
        raise errors.invalid_action(
            f"Action '{action.name}' is in region '{action.region}': "
            f"cross-region actions are not supported by the twin, which is '{region}'"
        )
    if action.timeout_in_minutes is not None and action.type.category != "Approval":
        raise errors.invalid_action(
            f"Action '{action.name}' sets timeoutInMinutes, which only manual approvals may set"
        )
    check_artifact_counts(action, kind)
    check_configuration(action, kind)
    if action.type.provider == "CodeBuild":
        _check_primary_source(action)


def _check_primary_source(action: ActionDeclaration) -> None:
    primary = action.configuration.get("PrimarySource")
    if primary is None and len(action.inputs) > 1:
        raise errors.invalid_action(
            f"Action '{action.name}' has {len(action.inputs)} input artifacts: "
            "PrimarySource must name the one with the buildspec"
        )
    if primary is not None and primary not in action.inputs:
        raise errors.invalid_action(
            f"PrimarySource '{primary}' of action '{action.name}' is not one of its input artifacts"
        )


def _check_artifacts(pipeline: PipelineDeclaration) -> None:
    """An artifact is made once, and by an action that has certainly run before it is used."""
    for name in _repeated(name for _, action in _actions(pipeline) for name in action.outputs):
        raise errors.invalid_action(f"Output artifact name '{name}' is declared more than once")
    made = {name: _moment(i, a) for i, a in _actions(pipeline) for name in a.outputs}
    for index, action in _actions(pipeline):
        for name in action.inputs:
            if name not in made:
                raise errors.invalid_action(
                    f"Input artifact '{name}' of action '{action.name}' is no action's output artifact"
                )
            if made[name] >= _moment(index, action):
                raise errors.invalid_action(
                    f"Input artifact '{name}' of action '{action.name}' is made by an action "
                    "that does not run before it"
                )


def _check_namespaces(pipeline: PipelineDeclaration) -> None:
    namespaces = [a.namespace for _, a in _actions(pipeline) if a.namespace is not None]
    artifacts = {name for _, action in _actions(pipeline) for name in action.outputs}
    for name in _repeated(namespaces):
        raise errors.invalid_action(f"Namespace '{name}' is used by more than one action")
    for name in namespaces:
        if name in RESERVED_NAMESPACES:
            raise errors.invalid_action(f"Namespace '{name}' is reserved")
        if name in artifacts:
            raise errors.invalid_action(f"Namespace '{name}' is also the name of an artifact")


def _check_variables(pipeline: PipelineDeclaration) -> None:
    for name in _repeated(variable.name for variable in pipeline.variables):
        raise errors.invalid_structure(f"Pipeline variable '{name}' is declared more than once")


def _check_triggers(pipeline: PipelineDeclaration) -> None:
    connections = {a.name for _, a in _actions(pipeline) if a.type.provider == "CodeStarSourceConnection"}
    for name in pipeline.triggers:
        if name not in connections:
            raise errors.invalid_structure(
                f"A trigger names '{name}', which is no source action of provider CodeStarSourceConnection"
            )
    for name in _repeated(pipeline.triggers):
        raise errors.invalid_structure(f"Source action '{name}' has more than one trigger")


@dataclass(frozen=True, order=True)
class _Moment:
    """When an action starts, as far as the structure alone can tell."""

    stage: int
    run_order: int


def _moment(stage: int, action: ActionDeclaration) -> _Moment:
    return _Moment(stage, action.run_order)


def _actions(pipeline: PipelineDeclaration) -> Iterator[tuple[int, ActionDeclaration]]:
    for index, stage in enumerate(pipeline.stages):
        for action in stage.actions:
            yield index, action


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
