"""A page of docs/how-to as a project: its files, release by release, deployed to a twin.

Every block whose first line is a comment with a file's name is that file. Where a page shows a file again,
the next release begins.
"""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from greenshift.actions import ReleaseRequest, RollbackRequest, start_release, start_rollback
from greenshift.engine import Engine, Program, Result, StateFile, Target
from greenshift.settings import load_project
from greenshift.testing import RunningTwin
from support.people.documents import ROOT, blocks
from support.stacks.delivered import SELDOM

HANDLER = "functions/charge/handler.py"
PROJECT = """\
name: shop
runtime: python
config:
  greenshift:source: {value: {repository: me/shop, branch: main}}
  greenshift:functions: {value: {charge: {}}}
  greenshift:rollout: {value: AllAtOnce}
"""
# One page's table goes when the next page comes: Greenshift refuses that of what is live, unless it is told.
ACCEPTS = "  greenshift:safety: {value: {accept: [permissions-reduced]}}\n"
NOBODY_FINDS_IT = "import a_module_nobody_packaged\n"
SECONDS = 240.0
_NAMED = re.compile(r"# (\S+\.(?:py|yaml))\n")

Files = dict[str, str]


def releases(page: str) -> list[Files]:
    """The files of each release that a page shows; what it does not show again stays."""
    found: list[Files] = [{"Pulumi.yaml": PROJECT}]
    shown: set[str] = set()
    for _, text in blocks(ROOT / "docs" / "how-to" / page):
        named = _NAMED.match(text)
        if named is None:
            continue
        if named[1] in shown:
            shown.clear()
            found.append({})
        shown.add(named[1])
        found[-1][named[1]] = text
    return found


@dataclass
class Taught:
    """One stack on a twin, which is one page's project after the other."""

    twin: RunningTwin
    directory: Path
    stack: str = "local"
    accepts: str = ""
    """More of the configuration than the page says."""
    others: list[Callable[[Taught], None]] = field(default_factory=list)
    """What must hold when the stack is gone."""
    _count: Any = field(default_factory=lambda: itertools.count(1))

    def begin(self, files: Files) -> None:
        """The project's directory with its first files, kept in git."""
        self.directory.mkdir()
        self.write(files)
        self._git("init", "--quiet", "--initial-branch", "main")
        self.commit()
        self.twin.register_repository("me/shop", self.directory)

    def write(self, files: Files) -> None:
        for name, text in files.items():
            (self.directory / name).parent.mkdir(parents=True, exist_ok=True)
            (self.directory / name).write_text(text + (self.accepts if name == "Pulumi.yaml" else ""))

    def commit(self) -> None:
        """Whatever is there; each commit's code is another one, so that a release has something to move."""
        mark = self.directory / "functions" / "charge" / "mark.txt"
        mark.write_text(f"{next(self._count)}\n")
        identity = ("-c", "user.name=Ada Lovelace", "-c", "user.email=ada@example.invalid")
        self._git("add", "--all")
        self._git(*identity, "commit", "--quiet", "-m", "Next")

    def engine(self) -> Engine:
        project = load_project(self.directory, self.stack)
        return Engine(
            Program(self.directory, project.name, self.stack, project.config, project.secret_keys),
            Target(self.twin.endpoint, self.twin.region, "one"),
            StateFile(self.directory.parent / f"{self.stack}.json"),
            lambda event: None,
            "correct horse",
            stand_ins=True,
        )

    def up(self) -> Result:
        return self.engine().up()

    def first_release(self) -> str:
        """A new pipeline begins by itself; how that ended."""
        found = self.twin.client("codepipeline").list_pipeline_executions(pipelineName=self._name())
        return self._ended(found["pipelineExecutionSummaries"][-1]["pipelineExecutionId"])

    def release(self) -> str:
        """Release what is committed; how the pipeline's execution ended."""
        client = self.twin.client("codepipeline")
        return self._ended(start_release(client, self._name(), ReleaseRequest(by="ada")))

    def roll_back(self) -> None:
        """To what was live before the last good release; over when the ledger says so."""
        id_ = start_rollback(
            self.twin.client("lambda"), f"{self._name()}-controller", RollbackRequest(by="ada")
        )
        self.until(lambda: self._ledger(id_) == "SUCCEEDED")

    def live(self) -> str:
        found = self.twin.client("lambda").get_alias(FunctionName=f"{self._name()}-charge", Name="live")
        return str(found["FunctionVersion"])

    def ask(self, event: Any) -> Any:
        """What the alias answers."""
        answer = self.twin.client("lambda").invoke(
            FunctionName=f"{self._name()}-charge", Qualifier="live", Payload=json.dumps(event)
        )
        told = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, told
        return told

    def _name(self) -> str:
        return f"shop-{self.stack}"

    def _ended(self, execution: str) -> str:
        def status() -> str:
            found = self.twin.client("codepipeline").get_pipeline_execution(
                pipelineName=self._name(), pipelineExecutionId=execution
            )
            return str(found["pipelineExecution"]["status"])

        self.until(lambda: status() != "InProgress")
        self.until(lambda: self._ledger(execution) not in ("SHIFTING", "ROLLING_BACK"))
        return status()

    def _ledger(self, release: str) -> str:
        key = {"deploymentId": {"S": release}}
        found = self.twin.client("dynamodb").get_item(TableName=f"{self._name()}-ledger", Key=key)
        return str(found.get("Item", {}).get("status", {}).get("S", ""))

    def until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not holds():
            assert time.monotonic() < deadline, self.told()
            time.sleep(SELDOM)

    def told(self) -> str:
        """Every stage with its errors, for a failing test to show."""
        stages = self.twin.client("codepipeline").get_pipeline_state(name=self._name())["stageStates"]
        return json.dumps([stage.get("actionStates") for stage in stages], default=str)

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.directory, check=True, capture_output=True, timeout=60)
