"""Twelve programs in the shapes that users' programs have: each beside a pipeline is previewed, comes up,
stays as it is, and goes. What the twin does not have of them is one stand-in in all.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from support.stacks.user_programs import FILES

from greenshift.engine import Engine, Program, StateFile, Target
from greenshift.settings import load_project
from greenshift.testing import RunningTwin

PROJECT = """
name: shop
runtime: python
config:
  greenshift:source: {value: {repository: acme/shop}}
  greenshift:functions: {value: {charge: {}}}
"""
STAND_INS = {
    "static_site": ("cdn (aws:cloudfront/distribution:Distribution)",),
}


def engine(twin: RunningTwin, directory: Path, program: str) -> Engine:
    (directory / "functions" / "charge").mkdir(parents=True, exist_ok=True)
    (directory / "functions" / "charge" / "handler.py").write_text("def handler(event, context): ...\n")
    (directory / "Pulumi.yaml").write_text(PROJECT)
    (directory / "__main__.py").write_text(program)
    project = load_project(directory, "local")
    return Engine(
        Program(directory, project.name, "local", project.config),
        Target(twin.endpoint, twin.region, "one"),
        StateFile(directory / "state.json"),
        lambda event: None,
        "correct horse",
        stand_ins=True,
    )


NAMES = sorted(FILES) if os.environ.get("GREENSHIFT_SWEEP") == "full" else []
"""`make sweep` has the time for them; the page of your own resources is one that always runs."""
PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "your-resources.md"


@pytest.mark.parametrize("name", NAMES)
def test_a_users_program_comes_up_and_goes(twin: RunningTwin, tmp_path: Path, name: str) -> None:
    running = engine(twin, tmp_path, FILES[name].read_text())
    assert running.preview().stand_ins == STAND_INS.get(name, ())
    assert running.up().changes["create"] > 40
    assert set(running.up().changes) <= {"same", "read"}
    running.destroy()
    assert not running.snapshot().resources


def test_the_program_of_the_page_comes_up(twin: RunningTwin, tmp_path: Path) -> None:
    program = "\n".join(re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE))
    running = engine(twin, tmp_path, program)
    done = running.up()
    assert done.stand_ins == ()
    variables = twin.client("lambda").get_function_configuration(FunctionName="shop-local-charge")[
        "Environment"
    ]
    assert {"TABLE", "SECRET"} <= set(variables["Variables"])
    running.destroy()
    assert not running.snapshot().resources
