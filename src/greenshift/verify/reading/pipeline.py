"""The pipeline's declaration, and which of its stages let executions in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.verify.stack import Stack


@dataclass(frozen=True, kw_only=True)
class Action:
    stage: str
    name: str
    category: str
    provider: str
    configuration: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    name: str
    type: str
    execution_mode: str
    role_arn: str
    artifact_bucket: str
    stages: tuple[str, ...]
    actions: tuple[Action, ...]
    closed_stages: Mapping[str, str] = field(default_factory=dict)
    """Stages nobody may enter, with the reason given."""

    def action(self, category: str, name: str = "") -> Action | None:
        """The first action of a category; with ``name``, the one called that."""
        found = (each for each in self.actions if each.category == category and name in ("", each.name))
        return next(found, None)

    @property
    def source(self) -> Action | None:
        """Where the user's code comes from."""
        return next((each for each in self.actions if "SourceOutput" in each.outputs), None)


def read_pipeline(stack: Stack) -> Pipeline:
    """The declaration and the transitions."""
    name = stack.outputs.pipeline
    pipeline = stack.aws.call("codepipeline", "get_pipeline", name=name)["pipeline"]
    state = stack.aws.call("codepipeline", "get_pipeline_state", name=name)
    return Pipeline(
        name=name,
        # Absent means the first type (API reference, PipelineDeclaration).
        type=pipeline.get("pipelineType", "V1"),
        execution_mode=pipeline.get("executionMode", "SUPERSEDED"),
        role_arn=pipeline["roleArn"],
        artifact_bucket=pipeline.get("artifactStore", {}).get("location", ""),
        stages=tuple(each["name"] for each in pipeline["stages"]),
        actions=tuple(_action(each["name"], one) for each in pipeline["stages"] for one in each["actions"]),
        closed_stages={
            each["stageName"]: each["inboundTransitionState"].get("disabledReason", "")
            for each in state.get("stageStates", [])
            if each.get("inboundTransitionState", {}).get("enabled") is False
        },
    )


def is_releasing(stack: Stack) -> bool:
    """Whether an execution is in one of the stages; no pipeline, no release."""
    found = stack.aws.optional(
        frozenset({"PipelineNotFoundException"}),
        "codepipeline",
        "get_pipeline_state",
        name=stack.outputs.pipeline,
    )
    stages = found["stageStates"] if found else []
    return any(each.get("latestExecution", {}).get("status") == "InProgress" for each in stages)


def _action(stage: str, value: Mapping[str, Any]) -> Action:
    return Action(
        stage=stage,
        name=value["name"],
        category=value["actionTypeId"]["category"],
        provider=value["actionTypeId"]["provider"],
        configuration=value.get("configuration", {}),
        inputs=tuple(each["name"] for each in value.get("inputArtifacts", [])),
        outputs=tuple(each["name"] for each in value.get("outputArtifacts", [])),
    )
