"""A snapshot as a tree: the pipeline, the release, functions, and what waits for a person. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.cli.following.narrate import alarm_word, bar, cells_beside, first_line, published, shown
from greenshift.cli.words import by_source
from greenshift.cli.words.icons import BAD, PAUSED, WAITING, icon
from greenshift.cli.words.tree import Node
from greenshift.contract.status_words import word
from greenshift.contract.strategies import strategy
from greenshift.contract.text import listed, with_arrows
from greenshift.view import (
    AWS,
    Attention,
    ExecutionView,
    FunctionView,
    HookView,
    Hours,
    ReleaseView,
    ShiftView,
    Snapshot,
    StageView,
)
from greenshift.view.astray import astray
from greenshift.view.copy_words import copy_in_words
from greenshift.view.live import live_in
from greenshift.view.moving import doing_in, has_turned

_QUIET = 12
"""More functions than this are listed only when something is about them."""
_SHIFTS = 20
_SILENT = ("", "Succeeded", "Pending", "Skipped")


def board(snapshot: Snapshot, *, everything: bool = False, hours: Hours = AWS) -> Node:
    """The whole tree; with ``everything``, every function of however many there are."""
    parts = [
        _pipeline(snapshot, hours),
        *_release(snapshot, hours),
        *_live(snapshot),
        _functions(snapshot, everything),
        *_attention(snapshot.attention),
    ]
    return Node(
        f"[bold]{shown(snapshot.pipeline.name)}[/]  [dim]{hours.spoken(snapshot.at)}[/]", tuple(parts)
    )


def _pipeline(snapshot: Snapshot, hours: Hours) -> Node:
    pipeline = snapshot.pipeline
    if not pipeline.executions:
        return Node("the pipeline has not run yet")
    newest = pipeline.executions[0]
    by_id = {execution.id: execution for execution in pipeline.executions}
    stages = tuple(_stage(stage, by_id.get(stage.execution), snapshot, hours) for stage in pipeline.stages)
    return Node(f"pipeline  {_execution(newest, hours)}", stages, "pipeline")


def _execution(execution: ExecutionView, hours: Hours) -> str:
    what = f"{shown(execution.commit[:8])} {shown(first_line(execution.message))}".strip()
    if not what and not execution.has_ended:
        what = "reads the branch"
    whole = hours.lasted(execution.started_at, execution.updated_at) if execution.has_ended else ""
    told = f"{shown(word(execution.status))}{f', {whole}' if whole else ''}"
    return f"{icon(execution.status).markup} {what} [dim]{told}[/]"


def _stage(stage: StageView, inside: ExecutionView | None, snapshot: Snapshot, hours: Hours) -> Node:
    newest = snapshot.pipeline.executions[0]
    mark = icon(stage.status)
    door = "" if stage.is_open else f"  [yellow]closed[/] {shown(stage.closed_because)}"
    words = _stage_words(stage, snapshot, hours)
    if inside is not None and inside != newest:
        how = "of" if stage.status == "InProgress" else f"{word(stage.status)} before:"
        words = f" [dim]{shown(how)} {shown(inside.commit[:8])}[/]" + (f" {words}" if words else "")
    return Node(f"{mark.markup} {shown(f'{stage.name:<8}')}{words}{door}".rstrip())


def _stage_words(stage: StageView, snapshot: Snapshot, hours: Hours) -> str:
    action = next((each for each in stage.actions if each.status == "InProgress"), None)
    if action is not None:
        is_asking = action.category == "Approval"
        words = "waits for an answer" if is_asking else first_line(doing_in(stage, snapshot), hours)
        return f" [dim]{shown(with_arrows(words))}[/]" if words else ""
    ended = max((each.updated_at for each in stage.actions), default="")
    started = min((each.started_at for each in stage.actions if each.started_at), default="")
    has_ended = stage.status in ("Succeeded", "Failed") and started
    took = f"[dim]{hours.lasted(started, ended)}[/]" if has_ended else ""
    error = f"[red]{shown(first_line(stage.error, hours))}[/]" if stage.error else ""
    told = "  ".join(each for each in (took, error) if each)
    return f" {told}" if told else ""


def _release(snapshot: Snapshot, hours: Hours) -> Iterator[Node]:
    release = snapshot.release
    if release is None:
        return
    changed = published(release) if len(release.changed) > _SHIFTS else ""
    shifts = () if release.has_ended else tuple(_shift(shift, hours) for shift in snapshot.shifts[:_SHIFTS])
    given = tuple(Node(line, is_count=True) for line in by_source.told(snapshot.sources))
    newest = snapshot.pipeline.executions[:1]
    is_timed = not newest or newest[0].id != release.id  # else the pipeline's line tells the whole of it
    line = release_line(release, hours, is_timed=is_timed)
    yield Node(f"{line}  {changed}".rstrip(), shifts + given, "release")


def _live(snapshot: Snapshot) -> Iterator[Node]:
    """The commit that is live, whatever the pipeline did last."""
    found = live_in(snapshot)
    if found is not None:
        message = f" {shown(first_line(found.message))}" if found.message else ""
        moved = [each.key for each in astray(snapshot.functions, snapshot.ledger.releases)]
        by_hand = f"; {listed(moved)} moved by hand" if moved and not _is_under_way(snapshot) else ""
        told = f"{shown(found.commit[:8])}{message} [dim](release {shown(found.short_id + by_hand)})[/]"
        yield Node(f"live      {told}")


def release_line(release: ReleaseView, hours: Hours = AWS, *, is_timed: bool = True) -> str:
    """A release in one line: its end, or how far it is, and why when it went back."""
    how = f" [dim]({shown(release.mode)})[/]" if release.mode not in ("", "normal") else ""
    when = hours.lasted(release.started_at, release.ended_at) if is_timed else ""
    why = f"  {shown(first_line(release.reason, hours))}" if release.reason else ""
    name = "release" if release.has_ended else "[bold]release[/]"
    what = f"{shown(release.short_id)}{how} {shown(word(release.status))}"
    line = f"{name}   {icon(release.status).markup} {what}"
    return f"{line}  [dim]{when}[/]{why}" if when else f"{line}{why}"


def _shift(shift: ShiftView, hours: Hours) -> Node:
    is_planned = shift.percent < shift.planned_percent and not has_turned(shift)
    plan = f" (planned {shift.planned_percent:g} %)" if is_planned else ""
    hook = "  ".join(_hook(each) for each in shift.hooks if _is_news(each))
    moved = shown(f"{shift.key} {shift.from_version} → {shift.to_version}")
    told = f"{moved}  {bar(shift.percent, cells_beside(len(shift.key)))} {shift.percent:g} %"
    how = f"[dim]{shown(strategy(shift.strategy))}[/]" if shift.strategy else ""
    error = f"[red]{shown(first_line(shift.error, hours))}[/]" if shift.error else ""
    return Node("  ".join(part for part in (f"{told}{plan}", how, hook, error) if part))


def _is_news(hook: HookView) -> bool:
    """Whether it runs, or did not go well. That traffic moves is what the bar tells."""
    return hook.status not in _SILENT and (hook.name, hook.status) != ("AllowTraffic", "InProgress")


def _hook(hook: HookView) -> str:
    return f"{icon(hook.status).markup} {shown(hook.name)} {shown(word(hook.status))}"


def _is_under_way(snapshot: Snapshot) -> bool:
    return any(not each.has_ended for each in snapshot.ledger.releases)


def _functions(snapshot: Snapshot, everything: bool) -> Node:
    views = snapshot.functions
    thresholds = {alarm.name: alarm.threshold for alarm in snapshot.alarms}
    is_short = everything or len(views) <= _QUIET
    listed = [view for view in views if is_short or not _is_quiet(view)]
    width = max((len(view.key) for view in listed), default=0)
    nodes = [Node(_function(view, width, thresholds.get(view.alarm))) for view in listed]
    if rest := len(views) - len(listed):
        nodes.append(Node(f"[dim]{rest} more, each on one version and its alarm OK; --all lists them[/]"))
    return Node("functions", tuple(nodes), "function")


def _is_quiet(view: FunctionView) -> bool:
    is_whole = bool(view.version) and not view.new_version
    return is_whole and not view.is_bootstrap and view.alarm_state == "OK"


def _function(view: FunctionView, width: int, threshold: float | None) -> str:
    # While traffic moves its line has two versions to tell, and a screen of 80 columns no room for more.
    is_told = threshold is not None and not view.new_version
    above = f" [dim](limit {threshold:g} %)[/]" if is_told else ""
    state = icon(view.alarm_state).markup + f" {shown(alarm_word(view.alarm_state) or 'none')}{above}"
    return f"{shown(f'{view.key:<{width}}')}  {_share(view, cells_beside(width))}  alarm {state}"


def _share(view: FunctionView, cells: int) -> str:
    if not view.version:
        return f"{BAD.markup} no such alias"
    if view.released:
        mark = BAD if view.is_left_behind else PAUSED
        return f"{mark.markup} {shown(copy_in_words(view))}"
    if view.is_bootstrap and not view.new_version:
        return f"{WAITING.markup} serves a placeholder (version {view.version}): no release has reached it"
    if not view.new_version:
        return f"{bar(100, cells)} 100 % on version {shown(view.version)}"
    new, old = view.new_percent, 100 - view.new_percent
    shares = f"{new:g} % on version {view.new_version}, {old:g} % on {view.version}"
    return f"{bar(new, cells)} {shown(shares)}"


def _attention(found: tuple[Attention, ...]) -> Iterator[Node]:
    if found:
        nodes = tuple(
            Node(f"{PAUSED.markup} {shown(each.text)}", (Node(f"[dim]next:[/] {shown(each.next)}"),))
            for each in found
        )
        yield Node("[bold yellow]needs a person[/]", nodes)
