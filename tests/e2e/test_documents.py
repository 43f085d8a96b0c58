"""The pages are true: their commands are run, in order, in an empty directory, as a reader would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from documents import PAGES, ROOT, runnable
from real_pulumi import executable
from shell import ADA

from greenshift.twin import process

SECONDS = 500
# Pages whose blocks are fragments have tests of their own; what is here is run as a whole.
RUN = [page for page in PAGES if runnable(page) and page.name not in ("faults.md", "aws.md", "repair.md")]


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for home in tmp_path.rglob(".greenshift"):
        process.stop(home)


@pytest.mark.parametrize("page", RUN, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_says_can_be_done(page: Path, directory: Path) -> None:
    script = f"set -euo pipefail\n{runnable(page)}"
    tools = [] if page.name != "pulumi.md" else [str(executable().parent)]

    done = subprocess.run(
        ["bash", "-c", script],
        cwd=directory,
        env=environment(page, directory, tools),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert "Traceback" not in done.stderr


def environment(page: Path, home: Path, tools: list[str]) -> dict[str, str]:
    """A person with a name in git, the commands of this checkout, and nothing of AWS's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    path = os.pathsep.join((str(Path(sys.executable).parent), *tools, inherited["PATH"]))
    # The tutorial's reader has to see traffic move; everywhere else time may run ten times as fast.
    speed = {} if page.name == "tutorial.md" else {"GREENSHIFT_SPEED": "600"}
    return {**inherited, **ADA, **speed, "PATH": path, "HOME": str(home), "PULUMI_SKIP_UPDATE_CHECK": "true"}
