"""The pipeline's newest executions, and which of them are under way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from greenshift.reading.executions import Execution, read_execution, read_executions
from greenshift.view import ReleaseView

_EXECUTIONS = 50


def executions(client: Any, pipeline: str) -> tuple[Execution, ...]:
    """The newest ones, newest first."""
    return read_executions(client, pipeline, _EXECUTIONS)


def running(
    client: Any, pipeline: str, before: Iterable[Execution], releases: Iterable[ReleaseView]
) -> frozenset[str]:
    """Executions under way, or begun since ``before``; and those of open releases that still are."""
    first, last = {each.id: each for each in before}, executions(client, pipeline)
    under_way = {each.id for each in (*first.values(), *last) if not each.has_ended}
    begun = {each.id for each in last if each.id not in first}
    known = {*first, *(each.id for each in last)}
    others = [release.id for release in releases if not release.ended_at and release.id not in known]
    return frozenset(under_way | begun | {each for each in others if _is_running(client, pipeline, each)})


def _is_running(client: Any, pipeline: str, execution: str) -> bool:
    found = read_execution(client, pipeline, execution)
    return found is not None and not found.has_ended
