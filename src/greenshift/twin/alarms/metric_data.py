"""Answers GetMetricData: computes every query that returns data and cuts the points into pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from greenshift.twin.alarms.metric_requests import DataRequest
from greenshift.twin.alarms.metrics import MetricStore, Point
from greenshift.twin.alarms.paging import position
from greenshift.twin.alarms.queries import MetricQuery, Results, series_of
from greenshift.twin.wire.paging import token_at


@dataclass(frozen=True)
class Answer:
    """One series of one query; an expression over METRICS() gives several."""

    id: str
    label: str
    points: tuple[Point, ...]
    is_complete: bool = True


async def answer(
    request: DataRequest, store: MetricStore, token: str | None
) -> tuple[list[Answer], str | None]:
    """The results of a page, and the token of the next one."""
    everything = [each async for each in _answers(request, store)]
    skip = position(token)
    room = request.limit
    shown: list[Answer] = []
    for each in everything:
        part = each.points[skip : skip + room]
        is_complete = skip + len(part) >= len(each.points)
        if part or (token is None and not each.points):
            shown.append(Answer(each.id, each.label, part, is_complete))
        skip = max(0, skip - len(each.points))
        room -= len(part)
    done = position(token) + request.limit
    return shown, token_at(done) if done < sum(len(each.points) for each in everything) else None


async def _answers(request: DataRequest, store: MetricStore) -> AsyncIterator[Answer]:
    """One query after the other; five hundred take long enough for others to be served in between."""
    results = Results(request.queries, store, request.window)
    statistics = {query.stat.statistic for query in request.queries if query.stat}
    for query in request.queries:
        await asyncio.sleep(0)
        if query.return_data is False:
            continue
        for series in series_of(results.value(query.id)):
            points = sorted(series.points.items(), reverse=request.newest_first)
            yield Answer(query.id, _label(query, len(statistics) > 1), tuple(points))


def _label(query: MetricQuery, names_statistic: bool) -> str:
    """Of a query without one: its metric's name, with the statistic where a request asks for several."""
    if query.label is not None:
        return query.label
    if query.stat is None:
        return query.id
    return f"{query.stat.metric_name} {query.stat.statistic}" if names_statistic else query.stat.metric_name
