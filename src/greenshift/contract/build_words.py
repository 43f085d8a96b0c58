"""CodePipeline's account of a build that did not end well, as a person would give it.

CodePipeline writes ``Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR,
Message: Error while executing command: npm test. Reason: exit status 1``. What the command itself says is in
the build's log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SAID = "Build failed: "
"""What the last line of the build kit begins with; the kit, which imports nothing of ours, has its own."""

_ACCOUNT = re.compile(
    r"Build terminated with state: (?P<state>[A-Z_]+)"
    r"(?:\. Phase: (?P<phase>\w*), Code: (?P<code>\w*), Message: (?P<said>.*))?"
)
_COMMAND = re.compile(
    r"Error while executing command: (?P<command>.*)\. Reason: (?P<how>exit status \d+|.*)$"
)
_KIT = "python3 -m build_kit"
"""The one command of our own buildspec: its name says nothing to people."""
_ENDED = {
    "FAILED": "the build failed",
    "FAULT": "the build was ended by a fault of CodeBuild's",
    "STOPPED": "the build was stopped",
    "TIMED_OUT": "the build took longer than it may",
}


def build_in_words(text: str) -> str:
    """``npm test ended with exit status 1``, wherever CodePipeline's account stands; all else as it is."""
    return _ACCOUNT.sub(_told, text)


def kit_said(lines: Iterable[str]) -> str:
    """What the build kit itself says of a failed build: the function, the command and how it ended."""
    said = [line for line in lines if line.startswith(SAID)]
    return said[-1].removeprefix(SAID).strip() if said else ""


def _told(account: re.Match[str]) -> str:
    state, said = account["state"], (account["said"] or "").strip()
    ended = _ENDED.get(state, f"the build ended {state}")
    if state != "FAILED" or not said:
        return ended
    command = _COMMAND.match(said)
    if command is not None and command["command"] == _KIT:
        return f"{ended}; its log says why"
    if command is not None:
        return f"{command['command']} ended with {command['how']}"
    return f"{ended} in phase {account['phase']}: {said}"
