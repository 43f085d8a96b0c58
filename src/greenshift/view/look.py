"""One look at a whole stack: what each reader sees, put together into a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from greenshift.reading.functions import Alias
from greenshift.view.alarms import read_alarms
from greenshift.view.attention import Facts, attention
from greenshift.view.deployments import DeploymentSeen
from greenshift.view.executions import PipelineSeen
from greenshift.view.focus import focus, window
from greenshift.view.functions import functions
from greenshift.view.metrics import Metrics, wanted_of
from greenshift.view.model import (
    AlarmView,
    FunctionTraffic,
    FunctionView,
    LedgerPage,
    ReleaseView,
    ShiftView,
    Snapshot,
    SourceTraffic,
)
from greenshift.view.moments import iso
from greenshift.view.readers import Readers
from greenshift.view.shifts import shifts

_NO_ALARMS: Mapping[str, AlarmView] = MappingProxyType({})


def look(readers: Readers, name: str) -> Snapshot:
    """Everything now. The pipeline comes first: it tells AWS's time, and which release is in focus.

    ``name`` is the stack's, for what is to be typed.
    """
    seen, page = _pipeline_and_ledger(readers)
    now = readers.time.now()
    release = focus(page.releases, seen.view.executions)
    # Aliases after the clock and the deployments: traffic is then as far as plan and hooks say, or further.
    deployments = _deployments(readers, release)
    aliases = _aliases(readers, release)
    alarms = read_alarms(readers.client("cloudwatch"), readers.outputs.functions)
    bootstrap = readers.published.bootstrap(readers.outputs.functions, aliases, page)
    views = functions(readers.outputs.functions, aliases, alarms, bootstrap)
    moves = shifts(release, aliases, deployments, now)
    return Snapshot(
        at=iso(now),
        pipeline=seen.view,
        functions=views,
        alarms=tuple(sorted(alarms.values(), key=lambda alarm: alarm.name)),
        release=release,
        shifts=moves,
        traffic=traffic_of(readers, release, readers.metrics, now, alarms) if release else (),
        sources=_sources(readers, release, now) if release else (),
        ledger=page,
        attention=attention(_facts(readers, seen, page, release, moves, views, now), name),
    )


def _pipeline_and_ledger(readers: Readers) -> tuple[PipelineSeen, LedgerPage]:
    """A release ends before its execution does. So where the ledger, read later, knows of an end that the
    pipeline did not know, the pipeline is read again: no picture shows both from two moments.
    """
    seen = readers.pipeline.read()
    running = {each.id for each in seen.view.executions if not each.has_ended}
    page = readers.newest.read(readers.time.now(), running)
    if any(release.id in running and release.has_ended for release in page.releases):
        seen = readers.pipeline.read()
    return seen, page


def _facts(
    readers: Readers,
    seen: PipelineSeen,
    page: LedgerPage,
    release: ReleaseView | None,
    moves: tuple[ShiftView, ...],
    views: tuple[FunctionView, ...],
    now: datetime,
) -> Facts:
    return Facts(
        now=now,
        approvals=seen.approvals,
        connection=readers.connection.status(seen.declaration.connection_arn),
        stages=seen.view.stages,
        executions=seen.view.executions,
        release=release,
        releases=page.releases,
        shifts=moves,
        functions=views,
    )


def _aliases(readers: Readers, release: ReleaseView | None) -> dict[str, Alias | None]:
    moving = {function.key for function in release.changed} if release else set()
    settled = f"{release.id} {release.status}" if release and release.has_ended else ""
    return readers.aliases.read(readers.outputs.functions, moving, settled)


def _deployments(readers: Readers, release: ReleaseView | None) -> dict[str, DeploymentSeen]:
    ids = [function.deployment_id for function in release.changed] if release else []
    return readers.deployments.read(ids, readers.pace.hooks) if any(ids) else {}


def _sources(readers: Readers, release: ReleaseView, now: datetime) -> tuple[SourceTraffic, ...]:
    span = window(release, now)
    changed = {function.key for function in release.changed}
    functions = [function for function in readers.outputs.functions if function.key in changed]
    return readers.sources.read(functions, span, now, release.id) if span else ()


def traffic_of(
    readers: Readers,
    release: ReleaseView,
    metrics: Metrics,
    now: datetime,
    alarms: Mapping[str, AlarmView] = _NO_ALARMS,
) -> tuple[FunctionTraffic, ...]:
    """What the functions a release changes served, from a little before it moved them."""
    span = window(release, now)
    if span is None:
        return ()
    changed = {f.key: (f.from_version, f.to_version) for f in release.changed}
    wanted = [
        wanted_of(function, changed[function.key], alarms.get(function.alarm))
        for function in readers.outputs.functions
        if function.key in changed
    ]
    return metrics.read(wanted, *span, now, about=release.id)
