"""Repositories of several shapes as one project on a twin: deployed, released, broken, rolled back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from greenshift.testing import RunningTwin
from support.repositories.project import ENDS_WHEN_CALLED, Project
from support.repositories.shape import Shape

PROGRAM = """\
import greenshift
import pulumi
import pulumi_aws as aws

functions = {{}}
{before}
delivery = greenshift.DeliveryPipeline.from_config(functions=functions)
{after}
"""


class Shipped(Project):
    """One project that holds the shapes beside each other; they are released, and all say ``one``."""

    def __init__(self, twin: RunningTwin, folder: Path, shapes: Iterable[Shape]) -> None:
        self.shapes = tuple(shapes)
        super().__init__(twin, folder, "shapes", [key for shape in self.shapes for key in shape.functions])
        self._write_project()
        self._write("one")
        for shape in self.shapes:
            if shape.prepare is not None:
                shape.prepare(folder / shape.folder)
        self._git("init", "--quiet", "--initial-branch", "main")
        self._commit("one")
        self.ship("acme/shapes")

    def _write_project(self) -> None:
        functions = {key: each for shape in self.shapes for key, each in shape.settings().items()}
        config = {
            "greenshift:source": {"repository": "acme/shapes", "branch": "main"},
            "greenshift:rollout": "AllAtOnce",
            "greenshift:shift": ENDS_WHEN_CALLED,
            "greenshift:functions": functions,
        }
        values = {key: {"value": value} for key, value in config.items()}
        project = {"name": "shapes", "runtime": "python", "config": values}
        (self.folder / "Pulumi.yaml").write_text(json.dumps(project, indent=1))
        before = "\n".join(shape.before for shape in self.shapes)
        after = "\n".join(shape.after for shape in self.shapes)
        (self.folder / "__main__.py").write_text(PROGRAM.format(before=before, after=after))
        (self.folder / ".gitignore").write_text("node_modules/\n.state/\n")

    def _write(self, said: str) -> None:
        for shape in self.shapes:
            shape.write(self.folder, said)

    def release(self, said: str) -> str:
        """A commit in which every function says this; how the pipeline's execution ended."""
        self._write(said)
        return self.commit_and_release(said)

    def newest(self) -> dict[str, str]:
        """What each function's newest version says, live or not."""
        client, found = self.twin.client("lambda"), {}
        for key in self.keys:
            pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=self.name(key))
            numbers = [each["Version"] for page in pages for each in page["Versions"]]
            newest = max(int(number) for number in numbers if number.isdigit())
            answer = client.invoke(FunctionName=self.name(key), Qualifier=str(newest), Payload=b"{}")
            said = json.loads(answer["Payload"].read())
            found[key] = said.get("said") or said["errorMessage"]
        return found

    def said(self) -> dict[str, str]:
        """What each function says, or its error."""
        answers = {key: self.call(key) for key in self.keys}
        return {key: each.get("said") or each.get("errorMessage", str(each)) for key, each in answers.items()}
