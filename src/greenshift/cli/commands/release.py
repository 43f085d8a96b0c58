"""``greenshift release``: what is committed goes through the pipeline, and you watch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer

from greenshift.actions import Command, Deed, ReleaseRequest, State, decide, start_release
from greenshift.cli.console.terminal import terminal
from greenshift.cli.following import outcome
from greenshift.cli.following.ending import FAILED, tell_end, tell_rollback
from greenshift.cli.following.events import Stream
from greenshift.cli.following.follow import Patience, follow, follow_rollback
from greenshift.cli.following.narrate import first_line, shown
from greenshift.cli.following.situation import Situation, moved_by_hand, settled
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project import complete
from greenshift.cli.project.identity import who
from greenshift.cli.project.lookup import LATEST, release_id, span
from greenshift.cli.project.uncommitted import left_out
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.icons import OK
from greenshift.cli.words.naming import named, went_back
from greenshift.contract.text import listed
from greenshift.errors import GreenshiftError, UsageError
from greenshift.view import Hours, StackView


def release(
    id_: Annotated[
        str,
        typer.Argument(
            metavar="[RELEASE]",
            help="With --follow: which one (the start of its id); the one under way, else the latest.",
            autocompletion=complete.releases,
            show_default=False,
        ),
    ] = "",
    stack: StackOption = "local",
    only_follow: Annotated[
        bool, typer.Option("--follow", help="Start nothing: show a release to its end.")
    ] = False,
    no_follow: Annotated[bool, typer.Option("--no-follow", help="Start it and return at once.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also a commit that is live already, or went back.")
    ] = False,
    now: Annotated[
        bool,
        typer.Option("--now", help="All at once instead of slowly; hooks and alarms stay. Needs --why."),
    ] = False,
    why: Annotated[str, typer.Option("--why", help="Why it is in a hurry; kept in the ledger.")] = "",
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Accept aliases that somebody moved by hand as they are.")
    ] = False,
    wait: Annotated[
        str, typer.Option("--wait", help="Without a terminal: how long to wait for an approval.")
    ] = "10m",
    json: JsonOption = False,
) -> None:
    """Release the latest commit of the branch and show it live; exit 1 when it fails or rolls back.

    The twin's stand-in for a push to GitHub. A release of this commit that is under way is followed, a commit
    that is live is said to be, and one that went back is not released again without --again. Interrupt it at
    any time: the release goes on. Without a terminal, exit 3 when nobody answers an approval in time.

    With --json the result has the same members whatever became of it; what is not known is null. With
    --follow --json each event is one document, a line each, and the last one has those members too.

    With --now traffic moves at once, and a slower release that is under way gives way to it.

    \b
    Example:  git commit -am "Lower the fee" && greenshift release
              greenshift release --no-follow && greenshift release --follow
              greenshift release --follow 3f2a91c0
              greenshift release --now --why "refunds fail since noon"
    """
    _refuse_mixtures(id_, only_follow, no_follow=no_follow, now=now, why=why, starts=again or now or adopt)
    patience = Patience(span(wait).total_seconds())
    workspace = Workspace.find(stack)
    outputs, clients = workspace.deployed()
    view = StackView(outputs, clients, workspace.pace, stack)
    if only_follow:
        followed = _to_follow(view, id_)
        stream = Stream(terminal, followed) if json else None
        _watch(workspace, view, followed, patience, json, stream)
        return
    wish = ReleaseRequest(now=now, adopt=adopt, again=again, why=why, by=who(workspace, clients))
    begun = begin(workspace, view, clients, wish)
    if not begun.is_under_way:
        if json:
            terminal.json(outcome.over(outputs.pipeline, view.release(begun.id), begun.id))
        else:
            terminal.result(begun.words)
        return
    if no_follow:
        terminal.json(outcome.begun(outputs.pipeline, begun.id)) if json else terminal.result(begun.id)
        terminal.progress(f"follow it with: greenshift release --follow {begun.id[:8]}")
        return
    _watch(workspace, view, begun.id, patience, json)


def _refuse_mixtures(
    id_: str, only_follow: bool, *, no_follow: bool, now: bool, why: str, starts: bool
) -> None:
    if now and not why:
        raise UsageError(
            "a release that is in a hurry says why", hint='greenshift release --now --why "refunds fail"'
        )
    if id_ and not only_follow:
        raise UsageError(
            "`release` starts the latest commit; it takes no release to start",
            hint=f"to watch that one: greenshift release --follow {id_}",
        )
    if only_follow and (no_follow or starts):
        raise UsageError("--follow starts nothing, so the other options say nothing to it")


@dataclass(frozen=True)
class Begun:
    """``id`` is the execution to watch; ``words`` are what to say when nothing is under way."""

    id: str
    is_under_way: bool = True
    words: str = ""


def begin(
    workspace: Workspace, view: StackView, clients: Callable[[str], Any], wish: ReleaseRequest | None = None
) -> Begun:
    """The execution that releases the branch's latest commit: the one under way, or a new one.

    Raises GreenshiftError for a commit that went back and is not released again unasked.
    """
    wish = wish or ReleaseRequest()
    if not workspace.is_on_twin:
        # The commit is GitHub's, whatever is in this directory: the controller judges it when it is read.
        terminal.progress(f"releasing the branch's latest commit through [bold]{view.outputs.pipeline}[/]")
        return Begun(start_release(clients("codepipeline"), view.outputs.pipeline, wish))
    repository = workspace.repository()
    commit = repository.head(workspace.project.settings.source.branch)
    if said := left_out(repository.uncommitted(), workspace.project.settings):
        terminal.warning(said)
    command = Command.AGAIN if wish.again else Command.NOW if wish.is_special else Command.RELEASE
    situation = settled(lambda: Situation(view, clients, commit.id), command)
    decision = decide(command, situation.state)
    match decision.deed:
        case Deed.FOLLOW:
            terminal.progress(f"following the release of [bold]{commit.id[:8]}[/] that is under way")
            return Begun(situation.own)
        case Deed.SAY:
            return Begun(situation.own, False, "\n".join((_live(situation), *moved_by_hand(view))))
        case Deed.REFUSE:
            raise _refused(situation, workspace.hours())
    pending = situation.standing.pending if command is Command.RELEASE and not situation.running else ()
    settings = f" with the changed settings of {', '.join(pending)}" if pending else ""
    terminal.progress(f"releasing [bold]{commit.id[:8]}[/] {shown(commit.summary)}{settings}")
    for each in situation.copies:
        terminal.progress(f"{each.key} serves a working copy (greenshift dev), which gives way")
    told = replace(wish, author=commit.author)
    return Begun(start_release(clients("codepipeline"), view.outputs.pipeline, told))


def _live(situation: Situation) -> str:
    release, commit = situation.standing.release, situation.commit
    since = f" since {named(release)}" if release else ""
    if release is not None and release.commit == commit:  # which is named with its message
        return f"{OK.markup} live already{since}; nothing to release"
    return f"{OK.markup} [bold]{commit[:8]}[/] is live already{since}; nothing to release"


def _refused(situation: Situation, hours: Hours) -> GreenshiftError:
    release = situation.standing.release
    commit = situation.commit[:8]
    if situation.state is State.COPY:
        keys = listed(each.key for each in situation.copies)
        return GreenshiftError(
            f"{commit} is released, and greenshift dev serves your working copy of {keys}",
            hint="git commit --all and release that; or end greenshift dev with Ctrl-C",
        )
    if release is None:
        return GreenshiftError(f"{commit} went back, and is not released again unasked")
    return GreenshiftError(
        f"{went_back(commit, release, hours)}; the same commit is not released again unasked",
        hint="commit a fix, or release it all the same with: greenshift release --again",
    )


def _to_follow(view: StackView, asked: str) -> str:
    """The release that is meant; else the newest under way, else the latest."""
    if asked:
        return release_id(view, asked)
    under_way = next(iter(view.running_executions()), "")
    return under_way or release_id(view, LATEST)


def _watch(
    workspace: Workspace,
    view: StackView,
    execution: str,
    patience: Patience,
    json: bool,
    stream: Stream | None = None,
) -> None:
    if execution.startswith("rollback-"):
        _watch_rollback(view, execution, json, stream, workspace.hours())
        return
    told, hours = workspace.project.settings.notifications.emails, workspace.hours()
    try:
        snapshot = follow(
            view, execution, terminal, quiet=json, patience=patience, told=told, stream=stream, hours=hours
        )
    except KeyboardInterrupt:
        terminal.progress(
            f"[yellow]interrupted:[/] the release goes on; follow it with: greenshift release --follow "
            f"{execution[:8]}"
        )
        terminal.progress("  stop it, and put back what it has moved, with: greenshift abort")
        raise
    aside = view.aside(execution) if snapshot.release is None else None
    if aside is not None:
        because = first_line(aside.because, hours)
        terminal.progress(f"execution {execution[:8]} became no release: {shown(because)}")
        if not aside.release:
            raise GreenshiftError(because)
        _watch(workspace, view, aside.release, patience, json, stream)
        return
    if snapshot.release is not None and not snapshot.release.has_ended:
        # The execution was stopped, or failed: what it has moved is still on its way back.
        heard = len(snapshot.release.transitions)
        follow_rollback(view, execution, terminal, quiet=json, stream=stream, heard=heard, hours=hours)
        snapshot = view.progress(execution)
    if stream is not None:
        stream.ended(snapshot)
    elif json:
        terminal.json(outcome.released(snapshot))
    else:
        tell_end(snapshot, view, terminal, hours)
    if snapshot.status != "Succeeded":
        raise typer.Exit(FAILED)


def _watch_rollback(view: StackView, id_: str, json: bool, stream: Stream | None, hours: Hours) -> None:
    ended = follow_rollback(view, id_, terminal, quiet=json, stream=stream, hours=hours)
    if stream is not None:
        stream.rolled_back(ended)
    else:
        terminal.json(outcome.past_the_pipeline(ended)) if json else tell_rollback(ended, hours)
    if ended.status not in ("SUCCEEDED", "UNCHANGED"):
        raise typer.Exit(FAILED)
