"""How a test command is asked to tell its tests one by one, without a word to the person who wrote it.

pytest writes JUnit's XML itself. unittest and ``node --test`` are given a small program of ours that writes a
line of JSON a test; Node's own JUnit reporter writes quotes twice escaped. Every file lands in one folder,
whose name each test command has as GREENSHIFT_TEST_REPORTS: what else writes JUnit's XML there is read, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

VARIABLE = "GREENSHIFT_TEST_REPORTS"
_HERE = Path(__file__).resolve().parent
_NODE_TEST = re.compile(r"--test(?![\w-])")
_OWN_REPORTER = "--test-reporter"


def pytest_option(folder: str) -> str:
    return f"--junit-xml={folder}/pytest.xml"


def unittest_program(folder: str) -> tuple[str, str]:
    """What stands for ``-m unittest``."""
    return str(_HERE / "unittest_report.py"), f"{folder}/unittest.jsonl"


def node_options() -> str:
    """For NODE_OPTIONS: a second reporter beside the one that people read (Node.js: "Test reporters")."""
    ours = (_HERE / "node_report.mjs").as_uri()
    return (
        f"--test-reporter=spec --test-reporter-destination=stdout "
        f"--test-reporter={ours} --test-reporter-destination=stderr"
    )


def runs_node_test(commands: Iterable[str]) -> bool:
    """Whether ``node --test`` is in one of them, and none chooses a reporter: Node wants a destination for
    each of several, so ours would break theirs."""
    texts = list(commands)
    is_told = any(_OWN_REPORTER in text for text in texts)
    return not is_told and any(_NODE_TEST.search(text) for text in texts)


def with_variables(environment: Mapping[str, str], more: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """``environment`` with these; options go before those that are there, and of two the later wins."""
    told = dict(environment)
    for name, text in more:
        told[name] = text if name == VARIABLE else f"{text} {told.get(name, '')}".strip()
    return told
