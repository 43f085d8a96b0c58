"""The pipeline's part: what was released last goes through once more; later, other releases wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from greenshift.contract.statuses import ARRIVED
from greenshift.reading.executions import Execution, read_action_runs, read_execution, read_executions
from greenshift.reading.functions import read_alias
from greenshift.reading.pipeline import read_state
from greenshift.verify.reading.pipeline import declaration, read_pipeline
from greenshift.verify.rehearsal.pace import Pace, Unmet
from greenshift.verify.stack import Stack
from greenshift.view import ReleaseView, ledger

Say = Callable[[str], None]

GATE = "Publish"
# Letters, digits, spaces and a few signs: the API takes no comma here.
_GATE_REASON = "greenshift verify --release is trying a deployment. It opens this stage again when done."
_BUSY = ("InProgress", "Stopping")
_LATEST = 100


def release_again(stack: Stack, pace: Pace, say: Say) -> str:
    """Send what was released last through the pipeline; says how it ended."""
    _wait_for_running(stack, pace, say)
    revision = _last_released(stack)
    started = stack.aws.client("codepipeline").start_pipeline_execution(
        name=stack.outputs.pipeline,
        sourceRevisions=[revision],
        # A commit that is live, or went back, is not released again unasked.
        variables=[{"name": "again", "value": "yes"}],
    )["pipelineExecutionId"]
    say(f"releasing {revision['revisionValue'][:12]} again: execution {started}")
    _succeed(stack, started, pace)
    row = _row(stack, started)
    if row is None or row.status not in ARRIVED:
        told = f"says {row.status}" if row else "has no row"
        raise Unmet(f"execution {started} succeeded, and the ledger {told}")
    _arrived(stack, row)
    return f"execution {started} went through all stages; the ledger says {row.status}"


@contextmanager
def releases_held(stack: Stack, pace: Pace) -> Iterator[None]:
    """Nothing enters Publish meanwhile, so no release meets a version or a deployment of the rehearsal."""
    client, where = stack.aws.client("codepipeline"), {"pipelineName": stack.base, "stageName": GATE}
    was_open = GATE not in read_pipeline(stack).closed_stages
    if was_open:
        client.disable_stage_transition(**where, transitionType="Inbound", reason=_GATE_REASON)
    try:
        pace.until(lambda: True if _is_quiet(stack) else None, "the release under way", pace.execution)
        yield
    finally:
        if was_open:
            client.enable_stage_transition(**where, transitionType="Inbound")


def _executions(stack: Stack) -> tuple[Execution, ...]:
    """The latest ones, newest first."""
    return read_executions(stack.aws.client("codepipeline"), stack.outputs.pipeline, _LATEST)


def _wait_for_running(stack: Stack, pace: Pace, say: Say) -> None:
    running = [each for each in _executions(stack) if not each.has_ended]
    if running:
        say(f"waiting for {len(running)} execution(s) under way, such as the one a new pipeline starts with")
    for each in reversed(running):
        _status(stack, each.id, pace)


def _last_released(stack: Stack) -> dict[str, str]:
    """The source revision of the newest execution that succeeded, as an override for the next one."""
    source = declaration(stack).source
    if source is None:
        raise Unmet("the pipeline has no source action with the output SourceOutput")
    kind = "S3_OBJECT_VERSION_ID" if source.provider == "S3" else "COMMIT_ID"
    for execution in _executions(stack):
        for revision in execution.revisions:
            if execution.status == "Succeeded" and revision.source == source.name:
                return {"actionName": source.name, "revisionType": kind, "revisionValue": revision.id}
    raise Unmet("no execution of the pipeline has succeeded yet", "release once: greenshift release")


def _succeed(stack: Stack, execution: str, pace: Pace) -> None:
    status = _status(stack, execution, pace)
    if status != "Succeeded":
        raise Unmet(
            f"execution {execution} ended {status}: {_why(stack, execution)}",
            "see it with greenshift status, or on the pipeline's page in the console",
        )


def _status(stack: Stack, execution: str, pace: Pace) -> str:
    """How an execution ended."""

    def look() -> str | None:
        found = read_execution(stack.aws.client("codepipeline"), stack.outputs.pipeline, execution)
        return found.status if found and found.has_ended else None

    return pace.until(look, f"execution {execution}", pace.execution)


def _why(stack: Stack, execution: str) -> str:
    runs = read_action_runs(stack.aws.client("codepipeline"), stack.outputs.pipeline, execution)
    for run in runs:
        if run.status == "Failed":
            return f"{run.stage}: {run.error or 'no reason'}"
    return "no action failed"


def _row(stack: Stack, execution: str) -> ReleaseView | None:
    return ledger.release(stack.aws.client("dynamodb"), stack.outputs.table, execution)


def _arrived(stack: Stack, row: ReleaseView) -> None:
    """Each alias is where the release says it brought it."""
    names = {function.key: function for function in stack.functions}
    for each in row.functions:
        function = names.get(each.key)
        if function is None or not each.to_version:
            continue
        found = read_alias(stack.aws.client("lambda"), function.name, function.alias)
        if found is None or found.version != each.to_version:
            where = f"serves {found}" if found else "has no alias"
            raise Unmet(f"{each.key} {where}, released was version {each.to_version}")


def _is_quiet(stack: Stack) -> bool:
    """No execution is in a stage that publishes or shifts."""
    state = read_state(stack.aws.client("codepipeline"), stack.outputs.pipeline)
    busy = [stage.name for stage in (state.stages if state else ()) if stage.status in _BUSY]
    return not {GATE, "Shift"} & set(busy)
