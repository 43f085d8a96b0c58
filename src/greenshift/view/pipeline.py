"""Executions of a pipeline as a person sees them: their stages and actions, in the pipeline's own order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from greenshift.reading.executions import ActionRun, Execution, Revision
from greenshift.view.model import ActionView, ExecutionView, StageView
from greenshift.view.moments import iso

APPROVAL = "Approval"
_SOURCE = "Source"

Names = list[tuple[str, list[str]]]
"""Each stage with the names of its actions, as declared."""


def execution_view(found: Execution, stages: tuple[StageView, ...] = ()) -> ExecutionView:
    source = _of_source(found.revisions)
    return ExecutionView(
        found.id,
        found.status,
        source.id,
        commit_message(source.summary),
        found.trigger,
        iso(found.started),
        iso(found.updated),
        stages,
        found.by,
    )


def with_stages(execution: ExecutionView, stages: tuple[StageView, ...]) -> ExecutionView:
    """The execution with its stages, and with the commit that its Source action has read, which may know it
    before the execution does.
    """
    told = replace(execution, stages=stages)
    if execution.commit:
        return told
    actions = (action for stage in stages for action in stage.actions if action.name == _SOURCE)
    read = next((action for action in actions if action.external_id), None)
    return (
        told if read is None else replace(told, commit=read.external_id, message=commit_message(read.summary))
    )


def commit_message(summary: str) -> str:
    """The first line of the message; a connection's summary is JSON text around it, as seen on AWS."""
    try:
        parsed = json.loads(summary)
    except ValueError:
        parsed = None
    message = parsed.get("CommitMessage", "") if isinstance(parsed, dict) else summary
    return str(message).split("\n")[0]


def _of_source(revisions: Sequence[Revision]) -> Revision:
    """ListPipelineExecutions names revisions by action, GetPipelineExecution by artifact."""
    found = (each for each in revisions if each.source in (_SOURCE, "SourceOutput"))
    return next(found, Revision(_SOURCE))


Runs = dict[tuple[str, str], ActionRun]
"""(stage, action) -> its latest attempt."""


def latest(runs: Iterable[ActionRun]) -> Runs:
    """Attempts come newest first: a retried action counts with its latest one."""
    found: Runs = {}
    for run in runs:
        found.setdefault((run.stage, run.name), run)
    return found


def stages(
    runs: Runs,
    execution_id: str,
    declared: Names,
    category: Callable[[str, str], str] = lambda stage, action: "",
) -> tuple[StageView, ...]:
    """The stages of one execution; an action that has not started has no status."""
    return tuple(
        StageView(
            stage,
            tuple(
                _action(runs.get((stage, name), ActionRun(stage=stage, name=name)), category(stage, name))
                for name in names
            ),
            execution_id,
        )
        for stage, names in declared
    )


def _action(run: ActionRun, category: str) -> ActionView:
    return ActionView(
        stage=run.stage,
        name=run.name,
        status=run.status,
        summary=run.summary,
        error=run.error if run.status == "Failed" else "",
        # An approval's external id answers it, where executions run in parallel: it is no view's business.
        external_id="" if category == APPROVAL else run.external_id,
        category=category,
        started_at=iso(run.started),
        updated_at=iso(run.updated),
    )


def open_questions(runs: Runs, category: Callable[[str, str], str]) -> dict[tuple[str, str], str]:
    """(stage, action) -> the external id of an approval that waits: in PARALLEL mode it is its token."""
    return {
        place: run.external_id
        for place, run in runs.items()
        if category(*place) == APPROVAL and run.status == "InProgress" and run.external_id
    }
