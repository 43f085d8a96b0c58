"""``greenshift dashboard``: the stack on a page, live, in the browser."""

from __future__ import annotations

import contextlib
import webbrowser
from collections.abc import Callable
from typing import Annotated

import typer

from greenshift.cli.console.terminal import terminal
from greenshift.cli.options import StackOption
from greenshift.cli.project.identity import who
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.hosts import commit_address, is_public
from greenshift.dashboard import DashboardServer, WatchedStack
from greenshift.dashboard.comparison import Between, by_function
from greenshift.dashboard.reader import nowhere
from greenshift.dashboard.watched import Head
from greenshift.errors import GreenshiftError
from greenshift.view import EAGER, Pace

_COMMITS = 50
"""Commits between two releases that are named."""


def dashboard(
    stack: StackOption = "local",
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 0,
    read_only: Annotated[
        bool | None,
        typer.Option(
            "--read-only/--no-read-only",
            help="Whether the page only shows. Without a word: yes on AWS, no on the twin.",
            show_default=False,
        ),
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    """Show the stack on a page in the browser that keeps itself up to date. Ctrl-C ends it.

    The page is for this machine only, and for whoever has the printed address: it carries a token that is
    new with each start.

    \b
    Example:  greenshift dashboard
              greenshift dashboard --stack prod
              greenshift dashboard --port 8900 --read-only --no-open
    """
    workspace = Workspace.find(stack)
    server = DashboardServer(watched(workspace, read_only), port)
    try:
        terminal.result(server.url)
        terminal.progress("this address is yours alone; Ctrl-C ends the page")
        if not no_open and not webbrowser.open(server.url):
            terminal.progress("no browser opened it: open it yourself")
        server.run()
    except KeyboardInterrupt:
        terminal.progress("the page has ended")


def watched(workspace: Workspace, read_only: bool | None = None) -> WatchedStack:
    """The workspace's stack as the page needs it."""
    outputs, clients = workspace.deployed()
    return WatchedStack(
        name=workspace.stack,
        outputs=outputs,
        clients=clients,
        pace=EAGER if workspace.is_on_twin else Pace(),
        read_only=is_read_only(read_only, workspace),
        is_near=workspace.is_on_twin,
        hours=workspace.hours(),
        commit_url=_commit_url(workspace),
        by=lambda: who(workspace, clients),
        head=lambda: _head(workspace),
        between=lambda older, newer: _between(workspace, older, newer),
    )


def _commit_url(workspace: Workspace) -> Callable[[str], str]:
    """By the repository the pipeline follows; a commit on a twin may be pushed nowhere.

    What a host of one's own runs is known by the connection to it.
    """
    source = workspace.project.settings.source
    if workspace.is_on_twin or not source.repository:
        return nowhere
    remote = f"https://github.com/{source.repository}" if source.provider == "github" else ""
    with contextlib.suppress(GreenshiftError):
        remote = remote or workspace.repository().remote()
    repository = source.repository
    software = "" if is_public(remote) or not remote else workspace.view().connected_to()
    return lambda commit: commit_address(remote, repository, commit, software)


def is_read_only(said: bool | None, workspace: Workspace) -> bool:
    """What was said on the command line; else yes, unless the stack is the twin's."""
    return not workspace.is_on_twin if said is None else said


def _head(workspace: Workspace) -> Head:
    """The commit a release would release; of a stack on AWS, GitHub knows."""
    if not workspace.is_on_twin:
        return Head()
    try:
        found = workspace.repository().head(workspace.project.settings.source.branch)
    except GreenshiftError:
        return Head()
    return Head(found.id, found.summary, found.author)


def _between(workspace: Workspace, older: str, newer: str) -> Between:
    """From the project's own repository; a clone may not have both commits, and then nothing is known."""
    try:
        repository = workspace.repository()
    except GreenshiftError:
        return Between()
    commits = repository.commits_between(older, newer)
    if commits is None:
        return Between()
    folders = {key: function.directory for key, function in workspace.project.settings.functions.items()}
    files = by_function(repository.files_between(older, newer), folders)
    shown = tuple(commits[:_COMMITS])
    return Between(True, shown, len(commits) - len(shown), files)
