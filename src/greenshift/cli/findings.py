"""Findings on stdout: where and what in one line, why and the mend below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from rich.markup import escape

from greenshift.checks import Finding, Level
from greenshift.cli.icons import BAD, OK, PAUSED, WAITING, Icon
from greenshift.cli.terminal import terminal

_ICONS: dict[Level, Icon] = {"error": BAD, "warning": PAUSED, "hint": WAITING}


def tell(findings: Sequence[Finding], all_well: str, json: bool) -> None:
    """The whole report; ``all_well`` is said when there is nothing to report."""
    numbers = Counter(finding.level for finding in findings)
    if json:
        counted = {f"{level}s": numbers[level] for level in _ICONS}
        terminal.json({"findings": [asdict(finding) for finding in findings], **counted})
        return
    for finding in findings:
        for line in _lines(finding):
            terminal.result(line)
    parts = [f"{number} {level}{'s' if number > 1 else ''}" for level in _ICONS if (number := numbers[level])]
    terminal.result(", ".join(parts) if parts else f"{OK.markup} {all_well}")


def _lines(finding: Finding) -> Iterator[str]:
    function = f" [dim]({escape(finding.function)})[/]" if finding.function else ""
    head = f"{_ICONS[finding.level].markup} [bold]{escape(finding.where)}[/]{function}"
    yield f"{head}  {escape(finding.what)}  [dim]{finding.rule}[/]"
    yield f"    why:  {escape(finding.why)}"
    yield f"    mend: {escape(finding.mend)}"
