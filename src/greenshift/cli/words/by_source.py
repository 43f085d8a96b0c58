"""What a release's functions were given, by what led to it: a queue, an API, a schedule. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from greenshift.cli.following.narrate import shown
from greenshift.cli.words.spoken import calls, count
from greenshift.view import SourceTraffic, VersionCounts
from greenshift.view.sources import DIRECT


def told(sources: Sequence[SourceTraffic]) -> Iterator[str]:
    """A line for each source of each function; none where all was somebody's own Invoke."""
    if all(each.source == DIRECT for each in sources):
        return
    keys, names = (max(len(text) for text in texts) for texts in _names(sources))
    for each in sources:
        counts = "; ".join(_counts(version) for version in each.versions)
        yield f"{shown(f'{each.key:<{keys}}  {each.source:<{names}}')}  {counts}{_retried(each)}"


def _names(sources: Sequence[SourceTraffic]) -> tuple[list[str], list[str]]:
    return [each.key for each in sources], [each.source for each in sources]


def _counts(version: VersionCounts) -> str:
    told = (
        calls(version.invocations, version.errors) if version.errors else count(version.invocations, "call")
    )
    return f"version {shown(version.version)}: {f'[red]{told}[/]' if version.errors else told}"


def _retried(source: SourceTraffic) -> str:
    return "".join(
        f"; {each.count} that {shown(each.failed_version)} failed on came to {shown(each.version)}"
        for each in source.retried
    )
