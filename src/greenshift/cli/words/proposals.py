"""A plan of repair, and what became of it, as lines: what is wrong, what will be done, why that is safe."""

from __future__ import annotations

from collections.abc import Iterator

from rich.markup import escape

from greenshift.checks import Finding
from greenshift.cli.words.findings import subject
from greenshift.cli.words.icons import BAD, OK, PAUSED, RUNNING, WAITING, Icon
from greenshift.repair import Outcome, Plan


def lines_of(plan: Plan) -> Iterator[str]:
    for step in plan.steps:
        yield from _lines(RUNNING, step.finding, [("will", step.will), ("safe", step.safe)])
    for later in plan.later:
        yield from _lines(WAITING, later.finding, [("later", f"once {later.after}")])
    for refused in plan.refused:
        yield from _lines(PAUSED, refused.finding, [("left", refused.why), ("do", refused.instead)])


def _lines(icon: Icon, finding: Finding, told: list[tuple[str, str]]) -> Iterator[str]:
    yield f"{icon.markup} {subject(finding)}  {escape(finding.what)}  [dim]{escape(f'[{finding.rule}]')}[/]"
    for word, text in told:
        yield f"    {word + ':':<6} {escape(text)}"


def outcome_line(outcome: Outcome) -> str:
    icon = OK if outcome.is_fixed else BAD
    finding = outcome.step.finding
    return f"{icon.markup} {subject(finding)}  {escape(outcome.told)}  [dim]{escape(f'[{finding.rule}]')}[/]"
