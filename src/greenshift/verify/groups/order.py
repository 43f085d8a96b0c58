"""The pipeline: its stages in their order, each doing what it is for, started by a push and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial

from greenshift.reading.pipeline import Action, Declaration
from greenshift.verify.check import Check, Group, Section, Subject
from greenshift.verify.reading.bucket import BUILD_KIT
from greenshift.verify.reading.pipeline import Pipeline, declaration, read_pipeline
from greenshift.verify.reading.source import Source, read_source, source_actions
from greenshift.verify.result import Verdict, failed, nothing_but, passed, passed_if, skipped
from greenshift.verify.stack import Stack

STAGES = ("Source", "Build", "Publish", "Shift")
_EXECUTION_ID = "#{codepipeline.PipelineExecutionId}"


def second_type(pipeline: Declaration) -> Verdict:
    return passed_if(pipeline.type == "V2", pipeline.type)


def one_at_a_time(pipeline: Declaration) -> Verdict:
    return passed_if(pipeline.mode != "PARALLEL", pipeline.mode)


def in_order(pipeline: Declaration) -> Verdict:
    """Further stages, such as an approval, may stand between ours."""
    stages = [stage for stage, _ in pipeline.stages]
    ours = tuple(stage for stage in stages if stage in STAGES)
    return passed_if(ours == STAGES, " → ".join(stages))


def released_by_controller(stack: Stack, pipeline: Declaration) -> Verdict:
    return nothing_but(
        (fault for stage in STAGES[2:] for fault in _step_faults(stack, pipeline, stage)),
        when_none=stack.names.controller,
    )


def _step_faults(stack: Stack, pipeline: Declaration, stage: str) -> Iterator[str]:
    place = (stage, "Invoke")
    action = next((each for each in pipeline.actions if (each.stage, each.category) == place), None)
    if action is None:
        yield f"{stage} invokes no function"
        return
    if action.configuration.get("FunctionName") != stack.names.controller:
        yield f"{stage} invokes {action.configuration.get('FunctionName')}"
    if _parameters(action) != {"step": stage.lower(), "pipelineExecutionId": _EXECUTION_ID}:
        yield f"{stage} says {action.configuration.get('UserParameters') or 'nothing'}"


def _parameters(action: Action) -> object:
    try:
        return json.loads(action.configuration.get("UserParameters", ""))
    except ValueError:
        return None


def artifacts_flow(pipeline: Declaration) -> Verdict:
    return nothing_but(_artifact_faults(pipeline), when_none="source and kit -> build -> publish")


def _artifact_faults(pipeline: Declaration) -> Iterator[str]:
    build, publish = pipeline.action("Build"), pipeline.action("Invoke", "Publish")
    if build is None or {"SourceOutput", "BuildKit"} - set(build.inputs):
        yield f"Build is given {', '.join(build.inputs) if build else 'nothing'}"
    elif build.configuration.get("PrimarySource") != "SourceOutput":
        yield f"Build takes {build.configuration.get('PrimarySource')} for the source"
    if publish is not None and publish.inputs != ("BuildOutput",):
        yield f"Publish is given {', '.join(publish.inputs) or 'nothing'}"


def right_bucket(stack: Stack, pipeline: Declaration) -> Verdict:
    return passed_if(pipeline.bucket == stack.outputs.bucket, pipeline.bucket or "none")


def open_stages(pipeline: Pipeline) -> Verdict:
    closed = [f"{stage} is closed: {reason}" for stage, reason in pipeline.closed_stages.items()]
    return nothing_but(closed, when_none="all are open")


def polling_off(source: Source) -> Verdict:
    """CodePipeline polls unless it is told not to (user guide: action structure reference)."""
    action = source.action
    if action.provider == "CodeStarSourceConnection":
        return passed("a connection is told of changes")
    polls = action.configuration.get("PollForSourceChanges", "true") != "false"
    is_kit = action.configuration.get("S3ObjectKey") == BUILD_KIT
    if action.provider == "S3" and not is_kit:
        return skipped("an object in S3 is the source; Greenshift makes no rule for it, so polling may be on")
    return passed_if(not polls, "PollForSourceChanges is on" if polls else "PollForSourceChanges is off")


def connection_ready(source: Source) -> Verdict:
    if not source.connection_status:
        return skipped("it uses no connection")
    return passed_if(source.connection_status == "AVAILABLE", f"the connection is {source.connection_status}")


def webhook(source: Source) -> Verdict:
    if source.action.provider != "GitHub":
        return skipped("only GitHub's OAuth action needs a webhook")
    found = source.webhook_authentication
    if not found:
        return failed("there is no webhook: with polling off nothing starts the pipeline")
    return passed_if(set(found) == {"GITHUB_HMAC"}, f"authentication {', '.join(found)}")


def _declared(judge: Callable[[Declaration], Verdict]) -> Callable[[Pipeline], Verdict]:
    return lambda pipeline: judge(pipeline.declared)


def _pipeline(stack: Stack) -> Iterator[Subject[Pipeline]]:
    yield Subject(f"pipeline {stack.base}", partial(read_pipeline, stack))


def _with_stack(stack: Stack) -> Iterator[Subject[tuple[Stack, Declaration]]]:
    yield Subject(f"pipeline {stack.base}", lambda: (stack, declaration(stack)))


def _sources(stack: Stack) -> Iterator[Subject[Source]]:
    for action in source_actions(stack):
        yield Subject(f"action {action.name}", partial(read_source, stack, action))


def _main_source(stack: Stack) -> Iterator[Subject[Source]]:
    action = declaration(stack).source
    if action is not None:
        yield Subject(f"action {action.name}", partial(read_source, stack, action))


PIPELINE: tuple[Check[Pipeline], ...] = (
    Check(
        name="type",
        expected="a pipeline of type V2, which has queues and triggers",
        judge=_declared(second_type),
        fix="set pipelineType to V2",
    ),
    Check(
        name="one-at-a-time",
        expected="releases go through one after the other",
        judge=_declared(one_at_a_time),
        fix="set executionMode to QUEUED: two releases at once would shift the same aliases",
    ),
    Check(
        name="order",
        expected=f"the stages {', '.join(STAGES)}, in this order",
        judge=_declared(in_order),
        fix="put the stages back in their order: what is not built and published first cannot be shifted",
    ),
    Check(
        name="artifacts-flow",
        expected="Build is given the source and the build kit, Publish what was built",
        judge=_declared(artifacts_flow),
        fix="deploy the stack again, or give the actions these artifacts back",
    ),
    Check(
        name="open",
        expected="no stage is closed to executions",
        judge=open_stages,
        fix="open it: aws codepipeline enable-stage-transition --transition-type Inbound --pipeline-name … "
        "--stage-name …",
    ),
)

WITH_STACK: tuple[Check[tuple[Stack, Declaration]], ...] = (
    Check(
        name="controller",
        expected="Publish and Shift call the stack's controller, each with its step and the execution's id",
        judge=lambda seen: released_by_controller(*seen),
        fix="deploy the stack again, or give the actions their function and UserParameters back",
    ),
    Check(
        name="artifact-bucket",
        expected="artifacts are kept in the stack's own bucket",
        judge=lambda seen: right_bucket(*seen),
        fix="set the pipeline's artifact store to the bucket in the outputs",
    ),
)

POLLING: Check[Source] = Check(
    name="polling",
    expected="changes are told, not polled for: with both every push starts two releases",
    judge=polling_off,
    fix='set PollForSourceChanges to "false" in the action\'s configuration; absent means true',
)

MAIN_SOURCE: tuple[Check[Source], ...] = (
    Check(
        name="connection",
        expected="the connection to the repository is AVAILABLE",
        judge=connection_ready,
        fix="finish its handshake; greenshift doctor tells where and how",
    ),
    Check(
        name="webhook",
        expected="a push reaches the pipeline by a webhook that checks GitHub's signature",
        judge=webhook,
        fix="put the webhook with authentication GITHUB_HMAC, and register it with GitHub",
    ),
)

GROUP = Group(
    name="pipeline",
    title="Pipeline: its source and the order of its stages",
    sections=(
        Section(subjects=_pipeline, checks=PIPELINE),
        Section(subjects=_with_stack, checks=WITH_STACK),
        Section(subjects=_sources, checks=(POLLING,)),
        Section(subjects=_main_source, checks=MAIN_SOURCE),
    ),
)
