"""``greenshift guardrails``: what the rules say of a Pulumi program, and what a rule is about."""

from __future__ import annotations

import difflib
import inspect
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from greenshift.cli.commands.deploy import started_twin
from greenshift.cli.console.terminal import terminal
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project.workspace import LOCAL_STACK, Workspace
from greenshift.cli.words.icons import BAD, OK, PAUSED
from greenshift.errors import UsageError
from greenshift.guardrails import location

if TYPE_CHECKING:
    from greenshift.engine import Violation
    from greenshift.guardrails.rule import AnyRule

REFUSED = 1

app = typer.Typer(
    help="Judge a Pulumi program by the guardrails, or tell what a rule is about.",
    add_completion=False,
    rich_markup_mode=None,
    invoke_without_command=True,
)


@app.callback(invoke_without_command=True)
def judge(
    context: typer.Context,
    stack: StackOption = LOCAL_STACK,
    sarif: Annotated[
        Path | None,
        typer.Option("--sarif", help="Also write a SARIF 2.1.0 file, for a code host.", dir_okay=False),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Judge the Pulumi program here: any in Python, with or without functions of Greenshift's.

    Nothing is created. Exit 1 when a mandatory rule is broken.

    Example:  greenshift guardrails --sarif guardrails.sarif
    """
    if context.invoked_subcommand is not None:
        return
    workspace = Workspace.find(stack, any_program=True)
    found = workspace.engine(started_twin(workspace), lambda event: None).judged()
    if sarif is not None:
        from greenshift.guardrails.sarif import log

        sarif.write_text(log(_told(found), _rules(), workspace.project.directory), encoding="utf-8")
    _tell(found, json)
    if any(item.is_mandatory for item in found):
        raise typer.Exit(REFUSED)


@app.command()
def explain(
    rule: Annotated[str | None, typer.Argument(metavar="RULE", help="One rule. Default: all.")] = None,
    json: JsonOption = False,
) -> None:
    """Tell why a rule exists, what fixes it, and how to set its level.

    Example:  greenshift guardrails explain bucket-name
    """
    rules = _rules()
    if rule is None:
        chosen = list(rules)
    else:
        chosen = [each for each in rules if each.name == rule]
        if not chosen:
            near = difflib.get_close_matches(rule, [each.name for each in rules], n=1)
            hint = f"did you mean {near[0]}?" if near else "see them all with: greenshift guardrails explain"
            raise UsageError(f"there is no guardrail {rule!r}", hint=hint)
    if json:
        terminal.json([_as_json(each) for each in chosen])
    elif rule is None:
        for each in chosen:
            terminal.result(f"{each.name:<28} {each.level:<10} {escape(each.why)}")
    else:
        _explain(chosen[0])


def _explain(rule: AnyRule) -> None:
    terminal.result(f"[bold]{rule.name}[/]  {rule.level}")
    terminal.result(f"  why:    {escape(rule.why)}")
    terminal.result(f"  fix:    {escape(rule.fix)}")
    about = inspect.cleandoc(rule.check.__doc__ or "")
    for line in about.splitlines():
        terminal.result(f"  {escape(line)}" if line else "")
    terminal.result(f"  level:  greenshift:guardrails: {{{rule.name}: advisory | mandatory | disabled}}")


def _as_json(rule: AnyRule) -> dict[str, Any]:
    return {"name": rule.name, "level": rule.level, "why": rule.why, "fix": rule.fix}


def _rules() -> tuple[AnyRule, ...]:
    """Ours, and the project's own where there is one."""
    from greenshift.guardrails.registry import rules_for
    from greenshift.settings.yaml_files import find_root

    try:
        return rules_for({**os.environ, **location.environment(find_root(Path.cwd()))})
    except UsageError:
        return rules_for({})


def _told(found: Sequence[Violation]) -> list[tuple[str, str, str, bool]]:
    return [(item.policy, item.urn.rsplit("::", 1)[-1], item.message, item.is_mandatory) for item in found]


def _tell(found: Sequence[Violation], json: bool) -> None:
    numbers = Counter("refused" if item.is_mandatory else "advised" for item in found)
    if json:
        listed = [
            {
                "rule": item.policy,
                "urn": item.urn,
                "level": "mandatory" if item.is_mandatory else "advisory",
                "message": item.message,
            }
            for item in found
        ]
        terminal.json({"violations": listed, "refused": numbers["refused"], "advised": numbers["advised"]})
        return
    for item in found:
        name, type_ = item.urn.rsplit("::", 1)[-1], item.urn.split("::")[2].rsplit("$", 1)[-1]
        mark = BAD.markup if item.is_mandatory else PAUSED.markup
        terminal.result(f"{mark} [bold]{escape(name)}[/] ({escape(type_)})  [dim]{item.policy}[/]")
        for line in item.message.splitlines():
            terminal.result(f"    {escape(line)}")
    parts = [f"{count} {word}" for word in ("refused", "advised") if (count := numbers[word])]
    terminal.result(", ".join(parts) if parts else f"{OK.markup} no guardrail has anything to say")
