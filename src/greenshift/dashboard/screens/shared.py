"""Parts that more than one screen shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from greenshift.contract.ids import SHORTEST
from greenshift.dashboard.charts import charts_of
from greenshift.dashboard.render import render
from greenshift.view import FunctionTraffic, Snapshot, SourceTraffic, StackView
from greenshift.view.sources import DIRECT

LANES = 8
"""Functions of a release that are told one by one on the first page."""


def charts_part(snapshot: Snapshot, query: Mapping[str, str], *, is_earlier: bool = False) -> str:
    """The charts of one function of the snapshot's release, with a choice of the others.

    ``is_earlier``: the page is about an execution that came after that release.
    """
    release, traffic = snapshot.release, _chosen(snapshot, query.get("function", ""))
    if release is None or traffic is None:
        return render("parts/no-charts.html", release=release)
    shift = next((each for each in snapshot.shifts if each.key == traffic.key), None)
    alarm = next((each for each in snapshot.alarms if each.function == traffic.key), None)
    return render(
        "parts/charts.html",
        release=release,
        chart=charts_of(traffic, shift, release, snapshot.at, alarm, snapshot.shifts),
        keys=[each.key for each in snapshot.traffic],
        is_earlier=is_earlier,
    )


def whole_id(view: StackView, start: str) -> str:
    """The one release whose id begins so, as people type what the screens show; else the text as it is."""
    found = view.find(start) if len(start) >= SHORTEST else []
    return found[0] if len(found) == 1 else start


def sources_part(sources: Sequence[SourceTraffic]) -> str:
    """What came from where; nothing where all was somebody's own Invoke, which the charts tell."""
    is_told = any(each.source != DIRECT for each in sources)
    return render("parts/sources.html", sources=sources if is_told else ())


def _chosen(snapshot: Snapshot, key: str) -> FunctionTraffic | None:
    """The function that was asked for, else one whose alarm stopped the release, else the worst one."""
    by_key = {each.key: each for each in snapshot.traffic}
    alarm = snapshot.release.alarm if snapshot.release else ""
    stopped = next((each.function for each in snapshot.alarms if alarm and each.name == alarm), "")
    fallback = max(snapshot.traffic, key=_errors, default=None)
    return by_key.get(key) or by_key.get(stopped) or fallback


def _errors(traffic: FunctionTraffic) -> float:
    return sum(point.errors for version in traffic.versions for point in version.points)
