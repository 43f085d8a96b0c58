"""What a run has loaded, the next one begins with: the modules of its program, what its provider needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from greenshift.engine.program import host
from greenshift.errors import EngineError

PROGRAM = """
    import sys
    sys.path.insert(0, "shared")
    import pulumi_mine
    queue = aws.sqs.Queue("orders", name="orders")
    pulumi.export("mine", pulumi_mine.REGION)
"""
MINE = 'import pulumi\n\nREGION = pulumi.Config("aws").require("region")\n'


@pytest.fixture
def known(stack: Any) -> Path:
    """The file with what a program imported, of a stack that was brought up once."""
    stack.config["aws:region"] = "us-east-1"
    (stack.directory / "shared").mkdir()
    (stack.directory / "shared" / "pulumi_mine.py").write_text(MINE)
    stack.program(PROGRAM)
    stack.up()
    found: Path = host.imported(stack.state_path)
    return found


def test_what_a_program_imported_is_imported_again_while_there_is_time(known: Path) -> None:
    assert "pulumi_aws.sqs.queue" in loaded(known, "True")
    assert "pulumi_aws.sqs.queue" not in loaded(known, "False")


def loaded(memory: Path, is_wanted: str) -> list[str]:
    """The modules of a new process after it loaded what the file names."""
    line = f"imports.load(pathlib.Path({str(memory)!r}), lambda: {is_wanted}); print(*sys.modules)"
    script = f"import pathlib, sys; from greenshift.engine.program import imports; {line}"
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()


def test_what_is_the_programs_own_is_not(stack: Any, known: Path) -> None:
    """It must find its configuration, which nobody knows yet."""
    assert "pulumi_mine" not in known.read_text().splitlines()

    again = stack.up()

    assert (again.changes, again.outputs["mine"].value) == ({"same": 2}, "us-east-1")


@pytest.mark.parametrize(
    "text",
    [
        "pulumi_gone.away\npulumi_aws.sqs.queue",
        "os.path\n../../etc\n\n",
        "greenshift.no_such_room\npulumi_aws.sqs.no_such",
        "\ufffe\x00",
    ],
)
def test_names_that_are_not_there_any_more_are_passed_over(stack: Any, known: Path, text: str) -> None:
    known.write_text(text, encoding="utf-16")
    assert stack.up().outputs["mine"].value == "us-east-1"
    known.write_text(text)

    assert stack.up().changes == {"same": 2}
    assert "pulumi_aws.sqs.queue" in known.read_text().splitlines(), "and it is written anew"


def test_a_stack_without_a_state_keeps_nothing(stack: Any) -> None:
    stack.program('aws.sqs.Queue("orders", name="orders")')

    assert stack.preview().changes == {"create": 2}

    assert not host.imported(stack.state_path).exists()


def test_a_provider_that_is_wrong_is_told_where_it_is_used(stack: Any) -> None:
    stack.config["aws:region"] = "us-east-1"
    stack.config["aws:defaultTags"] = "no JSON"
    stack.program('aws.sqs.Queue("orders", name="orders")')

    with pytest.raises(EngineError, match=r"^default_\S+ \(pulumi:providers:aws\): default tags are"):
        stack.up()
