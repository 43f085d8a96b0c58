"""``greenshift repair``: fixes what doctor found, after it has shown what it will do."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import asdict
from typing import Annotated, Any

import typer

from greenshift.cli.console.terminal import terminal
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.proposals import lines_of, outcome_line
from greenshift.errors import UsageError
from greenshift.repair import RULES, Fixed, Outcome, Plan, fix, propose

FAILED = 1
_ALL_WELL = "nothing to repair"


def repair(
    stack: StackOption = "local",
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Only this kind of finding; may be given again.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and change nothing.")] = False,
    json: JsonOption = False,
) -> None:
    rules = _checked(only or [])
    outputs, clients = Workspace.find(stack).deployed()
    if dry_run:
        _show(propose(outputs, clients, rules), json)
        return
    agreement = _Agreement(yes, json)
    fixed = fix(outputs, clients, agree=agreement, tell=agreement.tell, only=rules)
    _report(fixed, agreement, json)
    if not fixed.is_whole:
        raise typer.Exit(FAILED)


repair.__doc__ = f"""Fix what `greenshift doctor` finds, after showing what will be done and why it is safe.

It asks before it changes anything; without a terminal it needs --yes. What was interrupted is run again.
Kinds of findings: {", ".join(RULES)}.

\b
Example:  greenshift repair --dry-run
          greenshift repair --only alias-split --yes
          greenshift repair --stack prod

Exit codes: 0 nothing is left to fix, 1 something is, 2 misused.
"""


def _checked(only: Collection[str]) -> frozenset[str]:
    for rule in only:
        if rule not in RULES:
            raise UsageError(
                f"--only {rule}: repair fixes no such finding", hint=f"one of {', '.join(RULES)}"
            )
    return frozenset(only)


class _Agreement:
    """Shows each round's plan, and asks unless it was told not to."""

    def __init__(self, yes: bool, json: bool) -> None:
        self._yes, self._json = yes, json
        self.plans: list[Plan] = []

    def __call__(self, plan: Plan) -> bool:
        self.plans.append(plan)
        for line in lines_of(plan):
            terminal.progress(line)
        if self._yes:
            return True
        if not (sys.stdin.isatty() and terminal.err.is_terminal):
            raise UsageError(
                "repair asks before it changes anything, and this is no terminal",
                hint="greenshift repair --dry-run, then: greenshift repair --yes",
            )
        return typer.confirm("Do this?", err=True)

    def tell(self, outcome: Outcome) -> None:
        if not self._json:
            terminal.result(outcome_line(outcome))


def _show(plan: Plan, json: bool) -> None:
    if json:
        terminal.json(asdict(plan, dict_factory=_with_earlier_names))
        return
    for line in lines_of(plan):
        terminal.result(line)
    if plan.is_empty:
        terminal.result(_ALL_WELL)


_EARLIER = {"fix": "mend", "is_fixed": "is_mended"}


def _with_earlier_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A value as JSON, with the names its members had before: who reads them goes on reading them."""
    return dict(pairs) | {_EARLIER[name]: value for name, value in pairs if name in _EARLIER}


def _report(fixed: Fixed, agreement: _Agreement, json: bool) -> None:
    if json:
        outcomes = [asdict(outcome, dict_factory=_with_earlier_names) for outcome in fixed.outcomes]
        left = asdict(fixed.left, dict_factory=_with_earlier_names)
        terminal.json({"outcomes": outcomes, "left": left})
        return
    if fixed.is_declined:
        terminal.result("left as it is; nothing more was changed")
    elif fixed.is_whole:
        terminal.result("everything is fixed" if fixed.outcomes else _ALL_WELL)
    else:
        for line in lines_of(fixed.left):
            terminal.result(line)
        terminal.result("not everything is fixed; see also: greenshift doctor")
