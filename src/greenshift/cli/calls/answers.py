"""What requests through aliases met: which version answered how often, with which errors, how fast. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from greenshift.cli.calls.requests import Traffic
from greenshift.cli.words.folding import COLUMNS
from greenshift.cli.words.icons import BAD, OK
from greenshift.cli.words.spoken import calls, count


@dataclass(frozen=True)
class VersionAnswers:
    """One version of one function; latencies are milliseconds."""

    function: str
    version: str
    answered: int
    failed: int
    share: float
    """Percent of the function's answers that were this version's."""
    median_ms: float
    p95_ms: float
    max_ms: float


@dataclass(frozen=True)
class Answers:
    """Everything that came back in so many seconds."""

    seconds: float
    sent: int
    versions: tuple[VersionAnswers, ...]
    unanswered: tuple[Unanswered, ...]


@dataclass(frozen=True)
class Unanswered:
    """Requests no version answered: throttled, refused, or lost."""

    function: str
    error: str
    requests: int


def answers(traffic: Traffic, seconds: float) -> Answers:
    """What is known so far."""
    sent, places = traffic.sent, sorted({*traffic.answers, *traffic.errors})
    totals: dict[str, int] = {}
    for key, version in places:
        totals[key] = totals.get(key, 0) + traffic.answers[key, version] + traffic.errors[key, version]
    return Answers(
        seconds=round(seconds, 3),
        sent=sent,
        versions=tuple(_version(traffic, key, version, totals[key]) for key, version in places),
        unanswered=tuple(
            Unanswered(key, error, count) for (key, error), count in sorted(traffic.unanswered.items())
        ),
    )


def _version(traffic: Traffic, key: str, version: str, total: int) -> VersionAnswers:
    answered, failed = traffic.answers[key, version], traffic.errors[key, version]
    took = sorted(1000 * each for each in tuple(traffic.seconds[key, version]))
    return VersionAnswers(
        function=key,
        version=version,
        answered=answered,
        failed=failed,
        share=round(100 * (answered + failed) / total, 1),
        median_ms=percentile(took, 50),
        p95_ms=percentile(took, 95),
        max_ms=percentile(took, 100),
    )


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent do not exceed (nearest rank); 0 of nothing."""
    if not ordered:
        return 0.0
    return round(ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)], 1)


def in_all(sent: int, seconds: float) -> str:
    """How much was sent, in words."""
    return f"{count(sent, 'request')} in {seconds:.1f} s" if sent else "nothing was sent"


def lines(found: Answers, columns: int = COLUMNS) -> Iterator[str]:
    """How many, a line for each version, and what nobody answered; on so many columns latencies stand below
    the counts where both do not fit, as a number is not read apart from its unit.
    """
    yield in_all(found.sent, found.seconds)
    width = max((len(each.function) for each in found.versions), default=0)
    for each in found.versions:
        mark = BAD if each.failed else OK
        told = calls(each.answered + each.failed, each.failed)
        told = f"[red]{told}[/]" if each.failed else told
        counts = (
            f"{mark.markup} {each.function:<{width}}  version {each.version:<4} "
            f"{each.share:>5.1f} % of traffic: {told}"
        )
        took = f"[dim]median {each.median_ms:g} ms, p95 {each.p95_ms:g} ms, max {each.max_ms:g} ms[/]"
        if Text.from_markup(f"{counts}  {took}").cell_len <= columns:
            yield f"{counts}  {took}"
        else:
            yield from (counts, f"    {took}")
    for lost in found.unanswered:
        yield f"{BAD.markup} {lost.function}  {lost.requests} not answered: {lost.error}"
