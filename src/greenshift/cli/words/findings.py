"""Findings on stdout: where and what in one line, why and the fix below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.markup import escape

from greenshift.checks import Finding, Level
from greenshift.cli.console.terminal import terminal
from greenshift.cli.words.icons import BAD, OK, WAITING, WARNED, Icon
from greenshift.contract.reasons import in_words
from greenshift.view import AWS, Hours

_ICONS: dict[Level, Icon] = {"error": BAD, "warning": WARNED, "hint": WAITING}


def tell(findings: Sequence[Finding], all_well: str, json: bool, hours: Hours = AWS) -> None:
    """The whole report, by the clock of its reader; ``all_well`` is said when there is nothing to report."""
    numbers = Counter(finding.level for finding in findings)
    if json:
        counted = {f"{level}s": numbers[level] for level in _ICONS}
        terminal.json({"findings": [finding.to_json() for finding in findings], **counted})
        return
    for finding in findings:
        for line in lines(finding, hours):
            terminal.result(line)
    parts = [f"{number} {level}{'s' if number > 1 else ''}" for level in _ICONS if (number := numbers[level])]
    terminal.result(", ".join(parts) if parts else f"{OK.markup} {all_well}")


def subject(finding: Finding) -> str:
    """What it is about, as markup: a file with its function, or a function with what of it; no whole ARN."""
    key, resource = finding.function, _without_account(finding.resource)
    first, beside = (finding.where, key) if finding.file or not key else (key, resource)
    return f"[bold]{escape(first if finding.file or key else resource)}[/]" + (
        f" [dim]({escape(beside)})[/]" if beside and beside != first else ""
    )


def _without_account(resource: str) -> str:
    """``shop-local-page:3`` of ``arn:aws:lambda:us-east-1:123456789012:function:shop-local-page:3``."""
    parts = resource.split(":", 5)
    return parts[5].removeprefix("function:") if parts[0] == "arn" and len(parts) == 6 else resource


def lines(finding: Finding, hours: Hours = AWS) -> Iterator[str]:
    head = f"{_ICONS[finding.level].markup} {subject(finding)}"
    yield f"{head}  {escape(finding.what)}  [dim]{escape(f'[{finding.rule}]')}[/]"
    yield f"    why:  {escape(in_words(finding.why, hours.said))}"
    yield f"    fix:  {escape(finding.fix)}"
