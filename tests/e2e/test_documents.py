"""The pages are true: their commands are run, in order, in an empty directory, as a reader would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.people.documents import PAGES, ROOT, runnable
from support.people.shell import ADA
from support.pulumi import language_host
from support.pulumi.real_pulumi import executable

from greenshift.twin.machine import process

SECONDS = 500
# Pages whose blocks are fragments have tests of their own; what is here is run as a whole.
RUN = [page for page in PAGES if runnable(page) and page.name not in ("faults.md", "aws.md", "repair.md")]


MARK = "\x1e"
# Bash tells each command before it runs it, on the page's own output.
TELL = f'trap \'printf "{MARK}%s\\n" "$BASH_COMMAND"\' DEBUG'
# What each command is for, in what it prints; the first that fits counts.
PRINTS = (
    ("new", r"made .*: three functions, one pipeline, one commit"),
    ("up", r"\d+ (created|updated|unchanged)[\s\S]*(release what is committed|releases what is committed)"),
    ("release --no-follow", r"[0-9a-f]{8}-[0-9a-f]{4}-"),
    ("release --follow", r"[0-9a-f]{8}.* (released: |rolled back: )"),
    (
        "release",
        r"[0-9a-f]{8}.* released: (\S+ \d+ → \d+|nothing changed)|rolled back: |live already since ",
    ),
    ("rollback", r"this undoes release [0-9a-f]{8}[\s\S]* \d+ → \d+[\s\S]*back: "),
    ("approve", r"approved"),
    ("traffic", r"version \d+ +[\d.]+ % of traffic: \d+ calls?, "),
    ("show", r"[0-9a-f]{8}"),
    ("history", r"[0-9a-f]{8}  20\d\d-"),
    ("status", r"pipeline|page|live"),
    ("check", r"nothing (is wrong|to )|no finding|✔|0 (errors|findings)"),
    ("verify", r"\d+ (checks|passed)"),
    ("cost", r"3 functions, deployed; prices of [\s\S]*One release[\s\S]*\$[\d.]+  a month with 20 releases"),
    ("doctor", r"\S"),
    ("destroy", r"\d+ deleted"),
    ("version", r"greenshift \d+\.\d+\.\d+"),
    ("preview", r"\d+ to create"),
    ("build", r"\d+ functions? packaged"),
    ("invoke", r"version \d+ answered"),
    ("repair", r"nothing to repair"),
    ("twin stop", r"stopped the twin"),
    ("twin start", r"the twin answers on http://127\.0\.0\.1:\d+"),
    ("twin snapshot", r"\S+: \d+ resources? of \d+ services?, as AWS lists them, [\d.]+ MB"),
    ("twin restore", r"the twin answers on http://127\.0\.0\.1:\d+, as it was: "),
    ("twin status", r"http://127\.0\.0\.1:\d+"),
    ("twin repository", r"\S+/\S+ is /\S+ on this twin"),
    ("twin env", r"AWS_ENDPOINT_URL"),
)


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for home in tmp_path.rglob(".greenshift"):
        process.stop(home)


@pytest.mark.parametrize("page", RUN, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_says_can_be_done(page: Path, directory: Path) -> None:
    script = f"set -euo pipefail\n{TELL}\n{runnable(page)}"
    tools = [] if page.name != "pulumi.md" else pulumi_tools(directory)

    done = subprocess.run(
        ["bash", "-c", script],
        cwd=directory,
        env=environment(page, directory, [str(tool) for tool in tools]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-6000:]
    assert "Traceback" not in done.stdout
    assert printed_amiss(done.stdout) == []


def pulumi_tools(directory: Path) -> list[Path]:
    """The CLI, and before its own hosts the one that can start a policy pack for it."""
    return [language_host.install(directory / "hosts"), executable().parent]


def test_no_page_hides_how_a_command_ended() -> None:
    assert [page.name for page in PAGES if "|| true" in page.read_text()] == []


@pytest.mark.parametrize(
    ("printed", "amiss"),
    [
        (f"{MARK}greenshift release\n✔ 4be1c2d7 released: page 1 → 2\n", []),
        (f"{MARK}greenshift release\nnothing\n", ["greenshift release"]),
        (f"{MARK}greenshift release\n{MARK}greenshift twin stop\nstopped the twin\n", ["greenshift release"]),
        (f"{MARK}git commit\n", []),
    ],
)
def test_a_command_that_does_not_print_what_it_is_for_is_told(printed: str, amiss: list[str]) -> None:
    assert [told.partition(":")[0] for told in printed_amiss(printed)] == amiss


def test_every_command_of_a_page_has_something_it_must_print() -> None:
    parts = [part for page in RUN for part in re.split(r"&&|\|\||;|\$\(|\n", runnable(page))]
    typed = {part.strip() for part in parts if part.strip().startswith("greenshift ")}

    assert len(typed) > 20
    assert sorted(command for command in typed if expectation(command) is None) == []


def printed_amiss(output: str) -> list[str]:
    """The commands that did not print what they are for, each with what it printed."""
    found = []
    for part in output.split(MARK)[1:]:
        command, _, text = part.partition("\n")
        wanted = expectation(command) if " > " not in command else None  # what it prints is in that file
        if wanted is not None and not re.search(wanted, text):
            found.append(f"{command}: {text[-500:]}")
    return found


def expectation(command: str) -> str | None:
    """What a command must print, as a pattern; the first that fits. None for other programs."""
    return next((wanted for start, wanted in PRINTS if command.startswith(f"greenshift {start}")), None)


def environment(page: Path, home: Path, tools: list[str]) -> dict[str, str]:
    """A person with a name in git, the commands of this checkout, and nothing of AWS's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    path = os.pathsep.join((str(Path(sys.executable).parent), *tools, inherited["PATH"]))
    # The tutorial's reader has to see traffic move; everywhere else time may run ten times as fast.
    speed = {} if page.name == "tutorial.md" else {"GREENSHIFT_SPEED": "600"}
    runner = {language_host.RUNNER: str(Path(tools[-1]) / "pulumi-language-python-exec")} if tools else {}
    return {
        **inherited,
        **ADA,
        **speed,
        **runner,
        "PATH": path,
        "HOME": str(home),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # The CLI writes its whole state after each step unless told not to: most of the page's time.
        "PULUMI_SKIP_CHECKPOINTS": "true",
        "PULUMI_EXPERIMENTAL": "true",
    }
