"""``greenshift approve`` and ``greenshift reject``: the answer to a release that asks."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from greenshift.actions import Answer, answer
from greenshift.cli.console.terminal import terminal
from greenshift.cli.following.narrate import first_line, published, shown
from greenshift.cli.options import JsonOption, StackOption, YesOption
from greenshift.cli.project import complete
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.icons import BAD, OK
from greenshift.errors import GreenshiftError, UsageError
from greenshift.view import Approval, StackView

FAILED = 1
# API reference: ApprovalResult.summary, at most 512 characters.
_LONGEST = 512

ReleaseOption = Annotated[
    str,
    typer.Option("--release", help="Which one, when several wait.", autocompletion=complete.releases),
]
StageOption = Annotated[str, typer.Option("--stage", help="Which stage, when several wait.")]
MessageOption = Annotated[str, typer.Option("--message", "-m", help="Why; CodePipeline keeps it.")]


def approve(
    stack: StackOption = "local",
    release: ReleaseOption = "",
    stage: StageOption = "",
    message: MessageOption = "",
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Let the release go on that waits for an answer. Asks before it does, on a terminal.

    \b
    Example:  greenshift approve
              greenshift approve --message "tried on staging" --yes
              greenshift approve --release d2fe761d --stage Approve
    """
    _answer(stack, release, stage, message, yes=yes, json=json, status="Approved")


def reject(
    stack: StackOption = "local",
    release: ReleaseOption = "",
    stage: StageOption = "",
    message: MessageOption = "",
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """End the release that waits for an answer. Asks before it does, on a terminal.

    \b
    Example:  greenshift reject --message "not before Monday"
              greenshift reject --release d2fe761d --yes
    """
    _answer(stack, release, stage, message, yes=yes, json=json, status="Rejected")


def _answer(
    stack: str, release: str, stage: str, message: str, *, yes: bool, json: bool, status: str
) -> None:
    if len(message) > _LONGEST:
        raise UsageError(f"the message has {len(message)} characters; CodePipeline keeps {_LONGEST}")
    workspace = Workspace.find(stack)
    view = workspace.view()
    asked = choose(view.approvals(), release, stage)
    if not _is_sure(asked, view, status, yes):
        terminal.progress("nothing was answered")
        raise typer.Exit(FAILED)
    _, clients = workspace.deployed()
    given = Answer(asked.stage, asked.action, asked.token, is_yes=status == "Approved", summary=message)
    answer(clients("codepipeline"), view.outputs.pipeline, given)
    if json:
        terminal.json(
            {"execution": asked.execution, "stage": asked.stage, "action": asked.action, "status": status}
        )
        return
    mark = OK if status == "Approved" else BAD
    terminal.result(f"{mark.markup} {asked.stage} of [bold]{asked.execution[:8]}[/] {status.lower()}")


def choose(waiting: tuple[Approval, ...], release: str, stage: str) -> Approval:
    """The one question that is meant."""
    if not waiting:
        raise GreenshiftError("nothing waits for an answer", hint="see the pipeline with: greenshift status")
    found = [
        asked
        for asked in waiting
        if asked.execution.startswith(release) and (not stage or asked.stage == stage)
    ]
    listed = ", ".join(f"{asked.stage} of {asked.execution[:8]}" for asked in waiting)
    if not found:
        raise UsageError(f"no such question waits; these do: {listed}")
    if len(found) > 1:
        raise UsageError(f"several questions wait: {listed}", hint="say which with --release or --stage")
    return found[0]


def _is_sure(asked: Approval, view: StackView, status: str, yes: bool) -> bool:
    """Shows what is asked; the person's word on a terminal, --yes without one."""
    terminal.progress(f"{asked.stage} of [bold]{asked.execution[:8]}[/] asks: {shown(asked.message) or '—'}")
    release = view.release(asked.execution)
    if release is not None:
        terminal.progress(
            f"  {release.commit[:8]} {shown(first_line(release.message))}: {published(release)}"
        )
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError("without a terminal nobody can be asked", hint="add --yes")
    word = "Let it go on" if status == "Approved" else "End it"
    return bool(typer.confirm(f"{word}?", err=True))
