"""`greenshift new --template`: from an empty directory to a function that was released and went back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.repositories.project import ENDS_WHEN_CALLED, Project

from greenshift.cli.commands.new import names
from greenshift.cli.project.made_by import installed, requirement
from greenshift.testing import RunningTwin, start_twin
from greenshift.twin.machine.cache import default_cache

COMMAND = str(Path(sys.executable).parent / "greenshift")
# What is asked, what is heard, and one edit that passes build and smoke test and fails whoever calls it.
PYTHON_BREAKS = "    if 'greenshift' not in event:\n        raise ValueError('broken')\n"
JS_BREAKS = "if (!('greenshift' in event)) throw new Error('broken');"
CASES: dict[str, dict[str, Any]] = {
    "typescript": {
        "asked": {"hello": ({"name": "Ada"}, {"message": "hello, Ada"}),
                  "bill": ({"items": [{"price": 2, "count": 3}]}, {"total": 6})},
        "packages": {"hello": ["index.mjs", "index.mjs.map"], "bill": ["index.mjs", "index.mjs.map"]},
        "file": "functions/hello/index.ts",
        "edit": ("=> ({\n  message: greet(event.name ?? \"world\"),\n})",
                 f"=> {{\n  {JS_BREAKS}\n  return {{ message: greet(event.name ?? \"world\") }};\n}}"),
    },
    "python-uv": {
        "asked": {"greet": ({"name": "Ada"}, {"message": "hello, Ada"})},
        "packages": {"greet": ["greet/__init__.py", "greet/words.py", "pyproject.toml",
                               "src/greet/__init__.py", "src/greet/words.py", "uv.lock"]},
        "file": "functions/greet/src/greet/__init__.py",
        "edit": ("    return", f"{PYTHON_BREAKS}    return"),
    },
    "monorepo": {
        "asked": {"charge": ({"amount": 100}, {"charged": 119}),
                  "refund": ({"amount": 100}, {"refunded": -119}), "report": ({}, {"rate": 19})},
        "packages": {
            "charge": ["index.mjs", "node_modules/money/index.mjs", "node_modules/money/package.json",
                       "package.json"],
            "report": ["handler.py", "rates.py"],
        },
        "file": "functions/charge/index.mjs",
        "edit": ("=> ({ charged: charge(event.amount ?? 0) })",
                 f"=> {{\n  {JS_BREAKS}\n  return {{ charged: charge(event.amount ?? 0) }};\n}}"),
    },
    "go": {
        "asked": {"hello": ({"name": "Ada"}, {"message": "hello, Ada"})},
        "packages": {"hello": ["bootstrap"]},
        "file": "functions/hello/main.go",
        "edit": ('name := event.Name\n\tif name == "" {',
                 'name := event.Name\n\tif name == "broken" {\n\t\tpanic("broken")\n\t}\n\tif name == "" {'),
        "breaks": {"name": "broken"},
    },
    "queue-worker": {
        "asked": {"worker": ({}, {"batchItemFailures": []})},
        "packages": {"worker": ["handler.py"]},
        "file": "functions/worker/handler.py",
        "edit": ("    failed = []\n", f"{PYTHON_BREAKS}    failed = []\n"),
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    with start_twin(speed=120, cache=default_cache()) as twin:
        yield twin


def new(folder: Path, template: str) -> Path:
    """As a person does it, in an empty directory."""
    command = [
        str(Path(sys.executable).parent / "greenshift"),
        "new",
        f"my-{template}",
        "--template",
        template,
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / f"my-{template}"


def quick(folder: Path) -> list[str]:
    """Its functions; a release moves all traffic at once and ends when each of them was called."""
    path = folder / "Pulumi.yaml"
    document = yaml.safe_load(path.read_text())
    config = document["config"]
    config["greenshift:rollout"]["value"] = "AllAtOnce"
    config["greenshift:shift"] = {"value": ENDS_WHEN_CALLED}
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return list(config["greenshift:functions"]["value"])


def test_every_template_is_tried() -> None:
    assert set(CASES) == set(names())


@pytest.mark.parametrize("template", CASES)
def test_a_new_project_ships_breaks_and_goes_back(twin: RunningTwin, tmp_path: Path, template: str) -> None:
    if template == "go" and shutil.which("go") is None:
        pytest.skip("there is no Go on this machine")
    case = CASES[template]
    folder = new(tmp_path, template)
    project = Project(twin, folder, f"my-{template}", quick(folder))
    project.events = {key: event for key, (event, _) in case["asked"].items()}
    project.ship(f"me/my-{template}")
    first = project.versions()

    for key, (event, answer) in case["asked"].items():
        assert project.call(key, event) == answer
    for key, files in case["packages"].items():
        names = project.package(key).namelist()
        assert sorted(name for name in names if ".dist-info/" not in name) == files
    if template == "queue-worker":
        works_off_its_queue(project)

    path = folder / case["file"]
    old, broken = case["edit"]
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, broken))
    if "breaks" in case:
        project.events = dict.fromkeys(project.keys, case["breaks"])
    assert project.commit_and_release("broken") == "Failed", project.state()

    assert project.versions() == first
    for key, (event, answer) in case["asked"].items():
        assert project.call(key, event) == answer
    project.destroy()


def test_a_new_project_asks_pip_for_what_made_it_or_says_how_in_one_line(tmp_path: Path) -> None:
    """Of a Greenshift that pip can fetch: tests/e2e/test_requirements_of_a_new_project.py."""
    for template in CASES:
        written = (new(tmp_path, template) / "requirements.txt").read_text()
        (line,) = written.splitlines()

        assert written == requirement(*installed()), template
        assert line.startswith(("greenshift @ ", "#")), "a bare name is anybody's"


def works_off_its_queue(project: Project) -> None:
    url = project.outputs["jobs"]
    sqs, dynamo = project.twin.client("sqs"), project.twin.client("dynamodb")
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"number": 4}))
    limit = time.monotonic() + 120
    while not (found := dynamo.scan(TableName=f"{project.stack}-done")["Items"]):
        assert time.monotonic() < limit, "the message was never worked off"
        time.sleep(0.05)
    assert [each["result"]["S"] for each in found] == ['{"squared": 16}']


def test_a_template_that_is_none_is_told_which_there_are(tmp_path: Path) -> None:
    command = [COMMAND, "new", "app", "--template", "cobol"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "200"},
    )

    assert done.returncode == 2
    assert "there is no template 'cobol'" in done.stderr
    assert "go, monorepo, python-uv, queue-worker, typescript" in done.stderr
    assert not (tmp_path / "app").exists()
