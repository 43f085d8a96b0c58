"""``greenshift dashboard`` as a person starts and ends it."""

from __future__ import annotations

import select
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from urllib.parse import urlsplit

import pytest
from support.people.shell import Shell, interrupt

from greenshift.cli.commands.dashboard import is_read_only
from greenshift.cli.project.workspace import Workspace


def first_line(command: subprocess.Popen[str], seconds: float = 60) -> str:
    assert command.stdout is not None
    ready, _, _ = select.select([command.stdout], [], [], seconds)
    assert ready, "it printed no address"
    return command.stdout.readline().strip()


def test_it_prints_its_address_shows_the_stack_and_ends_with_ctrl_c(
    released_at: Callable[[float], Shell],
) -> None:
    project = released_at(120)
    command = project.start("dashboard", "--no-open")
    try:
        address = first_line(command)
        split = urlsplit(address)
        assert (split.hostname, split.path) == ("127.0.0.1", "/")
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        browser.open(address, timeout=30).read()
        here = address.split("?")[0]
        page = browser.open(here, timeout=30).read().decode()
        assert "my-app-local" in browser.open(f"{here}snapshot.json", timeout=30).read().decode()
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(here, timeout=30)
        taken = project.greenshift("dashboard", "--no-open", "--port", str(split.port), ok=False)
        stream = browser.open(f"{here}live/", timeout=30)
        assert stream.readline() == b"retry: 1000\n"
    finally:
        ended = interrupt(command)

    assert "Release…" in page, "on the twin it may change things"
    assert (taken.code, taken.out) == (2, "")
    assert f"port {split.port} on 127.0.0.1 is taken" in taken.err
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.splitlines()[-1] == "the page has ended"
    with socket.socket() as again:
        assert again.connect_ex(("127.0.0.1", split.port or 0)) != 0, "it still listens"


@pytest.mark.parametrize(
    ("stack", "said", "expected"),
    [
        ("local", None, False),
        ("prod", None, True),
        ("acme/prod", None, True),
        ("prod", False, False),
        ("local", True, True),
    ],
)
def test_on_aws_it_only_shows_unless_told_otherwise(
    project: Shell, stack: str, said: bool | None, expected: bool
) -> None:
    assert is_read_only(said, Workspace.find(stack, project.directory)) is expected


def test_without_a_twin_it_says_how_to_start_one(project: Shell) -> None:
    ended = project.greenshift("dashboard", "--no-open", ok=False)

    assert (ended.code, ended.out) == (1, "")
    assert "greenshift up" in ended.err
