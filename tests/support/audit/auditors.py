"""checkov and cfn-lint, each run once for any number of documents.

The tools are in an environment of their own (``make test`` makes it): they need an older boto3 than we do.
They run without the caller's variables, as a key among them would make one ask a server.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.audit.exceptions import Finding

TOOLS = Path(__file__).parents[3] / ".venv-audit" / "bin"
Findings = dict[str, list[Finding]]


def checkov(plans: Mapping[str, Any], folder: Path) -> Findings:
    """For each Terraform plan the checks that fail; nothing is downloaded."""
    how = ["--framework", "terraform_plan", "--output", "json", "--skip-download"]
    report = _answer([_tool("checkov"), *how, "--file", *_written(plans, folder)], folder)
    resources = [plan["planned_values"]["root_module"]["resources"] for plan in plans.values()]
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["resource_count"] == sum(map(len, resources))
    found: Findings = {name: [] for name in plans}
    for each in report["results"]["failed_checks"]:
        found[Path(each["file_path"]).stem].append(
            Finding(each["check_id"], each["resource"], each["check_name"])
        )
    return found


def cfn_lint(templates: Mapping[str, Any], folder: Path) -> Findings:
    """For each CloudFormation template the errors and warnings, with the resource each is about."""
    command = [_tool("cfn-lint"), "--regions", "us-east-1", "--format", "json", "--"]
    found: Findings = {name: [] for name in templates}
    for each in _answer([*command, *_written(templates, folder)], folder):
        resource = str([*each["Location"]["Path"], "", ""][1])
        found[Path(each["Filename"]).stem].append(Finding(each["Rule"]["Id"], resource, each["Message"]))
    return found


def _written(documents: Mapping[str, Any], folder: Path) -> list[str]:
    folder.mkdir()
    files = {folder / f"{name}.json": document for name, document in documents.items()}
    for file, document in files.items():
        file.write_text(json.dumps(document))
    return [str(file) for file in files]


def _tool(name: str) -> str:
    path = TOOLS / name
    assert path.exists(), f"{name} is not installed: make .venv-audit/.ready"
    return str(path)


def _answer(command: list[str], folder: Path) -> Any:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LOG_LEVEL": "ERROR"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, env=environment, cwd=folder)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)
