"""A build that failed: the first page says what `release --follow` says, and leads to its log."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.people.page import Visitor, serving, text
from support.stacks.shop import Deployed, deploy

from greenshift.cli.console.terminal import Terminal
from greenshift.cli.following.ending import tell_end
from greenshift.dashboard import WatchedStack
from greenshift.testing import RunningTwin
from greenshift.view import EAGER, Progress, StackView

FAILS = """\
import unittest


class Cents(unittest.TestCase):
    def test_rounds_to_cents(self):
        self.assertEqual(1, 2, "rounds to euros")
"""


def ended(view: StackView, execution: str, seconds: float = 120) -> Progress:
    """The execution once it has ended, and the ledger has its release."""
    deadline = time.monotonic() + seconds
    while not ((found := view.progress(execution)).has_ended and found.release is not None):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def released(stack: Deployed, message: str) -> str:
    stack.repository.commit(message)
    started = stack.client("codepipeline").start_pipeline_execution(name=stack.outputs.pipeline)
    return str(started["pipelineExecutionId"])


def hero(visitor: Visitor) -> tuple[str, str]:
    """What it says of the cause, and where its link leads."""
    reason = visitor.get("/").tree.find(".//section[@aria-labelledby='hero-title']//p[@class='reason bad']")
    assert reason is not None
    return text(reason), reason.find("a").attrib["href"]


def test_the_page_and_the_command_tell_one_cause_with_the_test_that_failed(
    twin: RunningTwin, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = deploy(twin, tmp_path)
    view = StackView(stack.outputs, stack.client, EAGER)
    first = view.latest_execution()
    assert first is not None
    ended(view, first)
    (stack.repository.directory / "functions/charge/test_cents.py").write_text(FAILS)
    found = ended(view, released(stack, "Round to cents"))
    (build, *_) = view.builds()

    watched = WatchedStack("local", stack.outputs, stack.client, EAGER, read_only=False, is_near=True)
    with serving(watched) as visitor:
        told, place = hero(visitor)
        log = visitor.get(place)

    cause = told.removesuffix(" Build log")
    assert cause.startswith("stage Build: [charge] python3 -m unittest discover: exit status 1; test ")
    assert "test_rounds_to_cents: " in cause
    assert "rounds to euros" in cause
    assert cause.endswith("run it here with: greenshift build charge")
    tell_end(found, view, Terminal())
    assert cause in " ".join(capsys.readouterr().out.split())
    assert log.status == 200
    assert build.id.partition(":")[2] in text(log.tree.find(".//h2[@id='log-title']"))
