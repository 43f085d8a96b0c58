"""The main job, as a stranger runs it, and what is left of it: nothing."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from shell import Shell

REPOSITORY = Path(__file__).parents[2]


def test_the_demo_ships_a_good_version_rolls_a_bad_one_back_and_leaves_nothing(tmp_path: Path) -> None:
    shutil.copytree(
        REPOSITORY / "examples" / "payments",
        tmp_path / "examples" / "payments",
        ignore=shutil.ignore_patterns("node_modules", "__pycache__", ".greenshift"),
    )
    before = processes_below(tmp_path)

    ended = Shell(tmp_path).greenshift("demo")

    chapters = {text.split("\n", 1)[0].split(" ")[0].rstrip(":"): text for text in ended.out.split("── ")[1:]}
    assert re.search(r"released: charge 2 → 3, refund 2 → 3", chapters["v2"])
    assert re.search(
        r"rolled back: charge: (alarm payments-local-charge-errors fired|version 4 failed \d+ of \d+ calls)",
        chapters["v3"],
    )
    ledger = chapters["The"]
    assert re.findall(r"(SUCCEEDED|ROLLED_BACK|FAILED|UNCHANGED)", ledger) == [
        "SUCCEEDED", "SUCCEEDED", "ROLLED_BACK",
    ]  # fmt: skip
    seen = {share for share in ("20 %", "40 %", "60 %", "80 %") if f"{share} on version 3" in ended.err}
    assert len(seen) >= 3, "a look every 0.2 s may miss a step of a second, not two"
    assert "100 % on version 3, back where it was" in ended.err
    assert processes_below(tmp_path) == before == set()
    assert [path.name for path in (tmp_path / ".greenshift").iterdir()] == []


def processes_below(directory: Path) -> set[int]:
    """The processes that work in, or were started with a path in, a directory."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                text = (entry / "cmdline").read_text() + str((entry / "cwd").resolve())
            except OSError:
                continue
            if str(directory) in text:
                found.add(int(entry.name))
    return found
