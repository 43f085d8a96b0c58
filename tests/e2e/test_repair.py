"""`greenshift repair`, whole: it shows, it does not guess an answer, and it fixes."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import Any

from support.people.shell import SECONDS, Shell, environment

PAGE = "my-app-local-page"
SPLIT = {"AdditionalVersionWeights": {"1": 0.25}}


def alias(project: Shell) -> Any:
    return project.client("lambda").get_alias(FunctionName=PAGE, Name="live")


def on_a_terminal(project: Shell, answer: str) -> tuple[int, str]:
    """The exit code and everything shown, when a person types an answer."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "greenshift", "repair"]
    with subprocess.Popen(
        command, cwd=project.directory, env=environment(), stdin=theirs, stdout=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        shown = everything(ours)
        return running.wait(timeout=SECONDS), shown


def everything(terminal: int) -> str:
    """All that comes until the other side hangs up, which Linux tells as an error."""
    shown = b""
    with os.fdopen(terminal, "rb", buffering=0) as screen:
        while True:
            try:
                shown += (more := screen.read(4096))
            except OSError:
                more = b""
            if not more:
                return shown.decode()


def test_repair_shows_what_it_will_do_and_does_it_when_told_to(released: Shell) -> None:
    project = released
    assert project.greenshift("repair").out.strip() == "nothing to repair"
    live = alias(project)["FunctionVersion"]
    project.client("lambda").update_alias(FunctionName=PAGE, Name="live", RoutingConfig=SPLIT)
    will = f"send all traffic of {PAGE}:live to version {live}"

    unhealthy = project.greenshift("doctor", ok=False)
    shown = project.greenshift("repair", "--dry-run")
    planned = project.greenshift("repair", "--dry-run", "--json").json
    unasked = project.greenshift("repair", ok=False)
    elsewhere = project.greenshift("repair", "--only", "missed-event", "--yes")
    declined, asked = on_a_terminal(project, "n")

    assert f"greenshift repair --only alias-split puts it whole on version {live}" in unhealthy.out
    assert (shown.code, f"will:  {will}" in shown.out, "safe:  version" in shown.out) == (0, True, True)
    assert [step["will"] for step in planned["steps"]] == [will]
    assert (unasked.code, unasked.out) == (2, "")
    assert will in unasked.err and "greenshift repair --yes" in unasked.err
    assert elsewhere.out.strip() == "nothing to repair"
    assert (declined, "Do this? [y/N]" in asked, "left as it is" in asked) == (1, True, True)
    assert alias(project)["RoutingConfig"] == SPLIT, "nothing was done so far"

    done = project.greenshift("repair", "--yes", "--json")

    (outcome,) = done.json["outcomes"]
    assert (outcome["is_fixed"], outcome["told"]) == (True, f"{PAGE}:live is whole on version {live}")
    assert done.json["left"] == {"steps": [], "later": [], "refused": []}
    assert will in done.err
    assert project.greenshift("doctor").out.strip() == "✔ stack 'local' is healthy"

    cannot_be_fixed(project, live)


def cannot_be_fixed(project: Shell, live: str) -> None:
    aliases = project.client("lambda")
    aliases.update_alias(FunctionName=PAGE, Name="live", FunctionVersion="1")
    aliases.delete_function(FunctionName=PAGE, Qualifier=live)

    ended = project.greenshift("repair", "--yes", ok=False)

    assert ended.code == 1
    assert f"left:  version {live}, on which the ledger left it, does not exist any more" in ended.out
    assert "not everything is fixed" in ended.out


def test_a_kind_of_finding_that_repair_does_not_know_is_misused(project: Shell) -> None:
    ended = project.greenshift("repair", "--only", "weather", ok=False)

    assert ended.code == 2
    assert "--only weather" in ended.err and "alias-split" in ended.err
