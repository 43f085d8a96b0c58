"""Whatever a function writes is in its log: at once while it waits, and whole however it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

PYTHON = {
    "stdout, a line": "print('written')",
    "stdout, no newline": "sys.stdout.write('written')",
    "stderr, no newline": "sys.stderr.write('written')",
    "file descriptor": "os.write(1, b'written')",
}
NODE = {
    "stdout, a line": "console.log('written')",
    "stdout, no newline": "process.stdout.write('written')",
    "stderr, no newline": "process.stderr.write('written')",
}
WAITS_IN_PYTHON = """
import os, sys, time
def handler(event, context):
    {write}
    while not os.path.exists({gate!r}):
        time.sleep(0.02)
"""
WAITS_IN_NODE = """
const fs = require("fs");
exports.handler = async () => {{
  {write};
  while (!fs.existsSync("{gate}")) await new Promise((resolve) => setTimeout(resolve, 20));
}};
"""


def has(bench: Any, name: str, text: str) -> bool:
    return bool([line for line in bench.logged(name, "") if line.rstrip().endswith(text)])


@pytest.mark.parametrize(
    ("language", "write"),
    [*(("python", each) for each in PYTHON.values()), *(("node", each) for each in NODE.values())],
    ids=[*(f"Python {each}" for each in PYTHON), *(f"Node {each}" for each in NODE)],
)
def test_what_is_written_before_a_wait_is_read_while_the_function_waits(
    bench: Any, tmp_path: Path, language: str, write: str
) -> None:
    gate = tmp_path / "gate"
    source = WAITS_IN_PYTHON if language == "python" else WAITS_IN_NODE
    make = bench.python if language == "python" else bench.node
    name = make(source.format(write=write, gate=str(gate)), Timeout=60)

    bench.client.invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
    bench.wait_for(lambda: has(bench, name, "written"), 30)

    assert bench.logged(name, "END") == []
    gate.touch()
    bench.wait_for(lambda: bench.logged(name, "END"), 30)
    assert len([line for line in bench.log(name) if "written" in line]) == 1


ENDS = {
    "it returns": "return 1",
    "it raises": "raise ValueError('no')",
    "it exits": "sys.exit(3)",
    "it ends at once": "os._exit(3)",
    "it is killed": "os.kill(os.getpid(), 9)",
    "its time is over": "time.sleep(60)",
}


@pytest.mark.parametrize("end", ENDS.values(), ids=list(ENDS))
def test_what_is_written_before_the_end_is_in_the_log_however_it_ends(bench: Any, end: str) -> None:
    source = (
        "import os, sys, time\n"
        "def handler(event, context):\n"
        "    print('a line')\n"
        "    sys.stderr.write('to stderr ')\n"
        "    sys.stdout.write('without a newline')\n"
        f"    {end}\n"
    )
    name = bench.python(source, Timeout=1 if "sleep" in end else 30)
    bench.call(name)
    lines = bench.log(name)

    assert "a line" in lines
    assert any("to stderr" in line for line in lines)
    assert any("without a newline" in line for line in lines)
