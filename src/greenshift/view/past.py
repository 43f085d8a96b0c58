"""One release of the past, or of now, found by the start of its id and read in full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from greenshift.reading.alarms import read_changes
from greenshift.reading.executions import read_action_runs
from greenshift.reading.executions import read_execution as read_execution_of
from greenshift.reading.pipeline import read_declaration
from greenshift.view import ledger, pipeline
from greenshift.view.aliases import read_aliases
from greenshift.view.build_causes import BuildCauses
from greenshift.view.builds import read_builds_of
from greenshift.view.deployments import Deployments
from greenshift.view.executions import Stages
from greenshift.view.focus import window
from greenshift.view.model import AlarmChange, ExecutionView, ReleaseView, Timeline
from greenshift.view.moments import iso, parsed
from greenshift.view.outputs import StackOutputs
from greenshift.view.shifts import shifts
from greenshift.view.sources import Sources
from greenshift.view.timeline import timeline

# An alarm's history is asked for by name: of the alarm that stopped it, and of some functions.
_ALARMS = 10
_AFTER = timedelta(minutes=5)
_PAGE, _PAGES = 200, 50
BUILD = "Build"
"""CodePipeline's category of an action that builds."""


def find(client: Any, outputs: StackOutputs, start: str) -> list[str]:
    """The ids in the ledger that begin so, newest first; else those whose commits do.

    The search ends with the page that has such an id.
    """
    position, of_commit = "", list[str]()
    for _ in range(_PAGES):
        page = ledger.page(client, outputs.table, outputs.pipeline, _PAGE, position)
        found = [row.id for row in page.releases if row.id.startswith(start)]
        of_commit += [row.id for row in page.releases if row.commit.startswith(start)]
        if found or not page.next:
            return found or of_commit
        position = page.next
    return of_commit


def read_timeline(
    clients: Callable[[str], Any], outputs: StackOutputs, release_id: str, now: datetime
) -> Timeline:
    """Everything about a release; empty of what nobody remembers."""
    release = _release(clients("dynamodb"), outputs, release_id)
    found = _read(clients("codepipeline"), outputs.pipeline, release_id, BuildCauses(clients).told)
    execution, builds = found if found else (None, ())
    changed = {function.key for function in release.changed} if release else set()
    functions = [function for function in outputs.functions if function.key in changed]
    aliases = read_aliases(clients("lambda"), functions)
    ids = [function.deployment_id for function in release.changed] if release else []
    deployments = Deployments(clients("codedeploy")).read(ids, len(ids)) if any(ids) else {}
    moves = shifts(release, aliases, deployments, now)
    alarms = [function.alarm for function in functions]
    changes = list(_alarm_changes(clients("cloudwatch"), release, alarms)) if release else []
    span = window(release, now) if release else None
    given = Sources(clients("cloudwatch"), 0).read(functions, span, now, release_id) if span else ()
    moments = timeline(execution, release, moves, changes)
    told = read_builds_of(clients("codebuild"), builds) if builds else ()
    return Timeline(release_id, execution, release, moves, moments, given, told)


def _release(client: Any, outputs: StackOutputs, release_id: str) -> ReleaseView | None:
    found = ledger.release(client, outputs.table, release_id)
    rows = ledger.with_undone(client, outputs.table, outputs.pipeline, [found] if found else [])
    return next(iter(rows), None)


def read_execution(client: Any, name: str, execution_id: str) -> ExecutionView | None:
    """One execution with its stages; None when CodePipeline has none of this id."""
    found = _read(client, name, execution_id)
    return found[0] if found else None


def _read(
    client: Any, name: str, execution_id: str, causes: Callable[[Stages], Stages] = tuple
) -> tuple[ExecutionView, tuple[str, ...]] | None:
    """The execution, and the ids of its builds, newest first: of every attempt at an action."""
    found = read_execution_of(client, name, execution_id)
    if found is None:
        return None
    declaration = read_declaration(client, name)
    runs = read_action_runs(client, name, execution_id)
    builds = tuple(run.external_id for run in runs if declaration.category(run.stage, run.name) == BUILD)
    stages = causes(
        pipeline.stages(pipeline.latest(runs), execution_id, declaration.names, declaration.category)
    )
    starts = [action.started_at for stage in stages for action in stage.actions if action.started_at]
    ends = [action.updated_at for stage in stages for action in stage.actions if action.updated_at]
    seen = pipeline.with_stages(pipeline.execution_view(found), stages)
    told = replace(seen, started_at=min(starts, default=""), updated_at=max(ends, default=""))
    return told, tuple(filter(None, builds))


def _alarm_changes(client: Any, release: ReleaseView, alarms: Sequence[str]) -> Iterator[AlarmChange]:
    start, end = parsed(release.started_at), parsed(release.ended_at)
    if start is None:
        return
    first = [release.alarm] if release.alarm else []
    for name in [*first, *(alarm for alarm in alarms if alarm != release.alarm)][:_ALARMS]:
        for change in read_changes(client, name, start, end + _AFTER if end else None):
            yield AlarmChange(iso(change.at), name, change.state, change.reason)
