"""``greenshift stats``: how often, how fast and how safely this stack is released."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from greenshift.cli.console.terminal import terminal
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project import lookup
from greenshift.cli.project.repository import Repository
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.spoken import count
from greenshift.errors import GreenshiftError
from greenshift.view import AWS, Hours, Query, ReleaseView, StackView
from greenshift.view.moments import iso, seconds_between
from greenshift.view.stats import COMMIT, START, Stats
from greenshift.view.stats import stats as computed

_PAGE, _PAGES = 200, 100
_DAY = 86_400.0

_COUNTED_FROM = {
    COMMIT: "from the commit's time in git",
    START: "from the release's start",
    "both": "from the commit's time in git where it is known, else from the release's start",
}


def stats(
    stack: StackOption = "local",
    since: Annotated[str, typer.Option(help="Over how long: 12h, 30d.")] = "30d",
    json: JsonOption = False,
) -> None:
    """Show how often, how fast and how safely this stack is released: the four DORA numbers.

    A deployment is a release that changed something and came to 100 %. Lead time counts from the commit,
    where the repository is here to tell its time; on the twin, whose clock runs by itself, from the release's
    start.

    A change that failed is a release that touched traffic and was rolled back, failed on the way, or was
    undone later by a rollback, whatever the reason. Time to restore counts from the begin of its shift, with
    the hooks before it, to the end of its way back. Of both times the median is told.

    \b
    Example:  greenshift stats
              greenshift stats --stack prod --since 90d --json
    """
    workspace = Workspace.find(stack)
    view = workspace.view()
    hours = workspace.hours()
    span = lookup.span(since)
    until = view.now()
    releases = read(view, iso(until - 2 * span))
    found = computed(releases, _commit_times(workspace, releases), iso(until - span), iso(until))
    if json:
        terminal.json(found.to_json())
        return
    for line in lines(found, hours):
        terminal.result(line)


def read(view: StackView, since: str) -> list[ReleaseView]:
    """Every release since a moment: twice as long ago as is asked for, for what ended in that time."""
    query = Query(since=since)
    found: list[ReleaseView] = []
    position = ""
    for _ in range(_PAGES):
        page = view.ledger_page(position, _PAGE, query)
        found += page.releases
        position = page.next
        if not position:
            return found
    terminal.warning(f"only the latest {count(len(found), 'release')} are counted")
    return found


def _commit_times(workspace: Workspace, releases: Sequence[ReleaseView]) -> dict[str, str]:
    """The times of the commits that git knows here; none on the twin, which has a time of its own."""
    if workspace.is_on_twin:
        return {}
    try:
        repository = Repository.open(workspace.project.directory)
    except GreenshiftError:
        return {}
    return repository.commit_times({release.commit for release in releases if release.commit})


def lines(found: Stats, hours: Hours = AWS) -> Iterator[str]:
    yield f"[dim]{_span(found, hours)}, {count(found.releases, 'release')}[/]"
    yield f"deployments      {found.deployments}, {_often(found.deployments_per_day)}"
    slowest = (
        f", 9 of 10 within {_length(found.lead_time_90_seconds, hours)}" if found.deployments > 1 else ""
    )
    counted = f"  [dim]{_COUNTED_FROM[found.lead_time_from]}[/]" if found.deployments else ""
    yield f"lead time        {_length(found.lead_time_seconds, hours)}{slowest}{counted}"
    share = found.change_failure_percent
    told = "none touched traffic" if share is None else f"{share:.0f} %"
    yield f"change failures  {told}, {found.failed_changes} of {count(found.changes, 'change')}"
    yield f"time to restore  {_length(found.time_to_restore_seconds, hours)}"


def _span(found: Stats, hours: Hours) -> str:
    until = hours.spoken(found.until)
    if hours.told:  # so many days of that clock are fewer of the reader's
        days = round((seconds_between(found.since, found.until) or 0) / _DAY, 1)
        return f"{days:g} days of the twin's clock, until {until}"
    return f"{hours.day(found.since)} to {until}"


def _length(seconds: float | None, hours: Hours) -> str:
    return "—" if seconds is None else hours.length(seconds)


def _often(per_day: float) -> str:
    if per_day >= 1:
        return f"{_tenths(per_day)} a day"
    if 7 * per_day >= 1:
        return f"{_tenths(7 * per_day)} a week"
    return f"{_tenths(30 * per_day)} in 30 days"


def _tenths(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
