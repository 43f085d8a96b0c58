"""How long does a release take beyond the user's own build commands?

    python bench/release.py [RUNS]

Two functions (examples/payments), all at once. A release's time is from StartPipelineExecution to the end
of the execution, on the wall; the commands' time is CodeBuild's BUILD phase. Prints a table; asserts nothing.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import boto3
from commands import commit, greenshift

EXAMPLE = Path(__file__).parents[1] / "examples" / "payments"


def project(folder: Path) -> Path:
    root = folder / "payments"
    shutil.copytree(
        EXAMPLE, root, ignore=shutil.ignore_patterns("node_modules", "__pycache__", ".greenshift")
    )
    settings = root / "Pulumi.yaml"
    settings.write_text(settings.read_text().replace("Linear20PercentEvery1Minute", "AllAtOnce"))
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "main", str(root)], check=True)
    commit(root, "First")
    return root


def change(root: Path, number: int) -> None:
    for path in ("functions/charge/index.mjs", "functions/refund/handler.py"):
        file = root / path
        comment = "//" if path.endswith("mjs") else "#"
        file.write_text(f"{file.read_text()}\n{comment} change {number}\n")
    commit(root, f"Change {number}")


def release(client: Any) -> tuple[float, str]:
    began = time.monotonic()
    execution = client("codepipeline").start_pipeline_execution(name="payments-local")["pipelineExecutionId"]
    while True:
        found = client("codepipeline").get_pipeline_execution(
            pipelineName="payments-local", pipelineExecutionId=execution
        )["pipelineExecution"]
        if found["status"] != "InProgress":
            break
        time.sleep(0.01)
    if found["status"] != "Succeeded":
        raise SystemExit(f"the release ended {found['status']}")
    return time.monotonic() - began, execution


def build_seconds(client: Any, speed: float) -> float:
    """Wall seconds of the latest build's BUILD phase; the twin's times run faster by its speed."""
    newest = client("codebuild").list_builds()["ids"][0]
    build = client("codebuild").batch_get_builds(ids=[newest])["builds"][0]
    phase = next(phase for phase in build["phases"] if phase["phaseType"] == "BUILD")
    return float((phase["endTime"] - phase["startTime"]).total_seconds()) / speed


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory(prefix="greenshift-bench-") as folder:
        root = project(Path(folder))
        greenshift(root, "twin", "start")
        try:
            twin = json.loads((root / ".greenshift" / "twin.json").read_text())
            greenshift(root, "up", "--json")
            greenshift(root, "release", "--json")
            figures = []
            for number in range(runs):
                change(root, number)
                total, _ = release(clients(twin["endpoint"]))
                commands = build_seconds(clients(twin["endpoint"]), twin["speed"])
                figures.append((total, commands, total - commands))
        finally:
            greenshift(root, "twin", "stop")
    print(f"{'':>8}{'release (s)':>14}{'commands (s)':>14}{'beyond (s)':>14}")
    for name, pick in (("min", min), ("median", statistics.median), ("max", max)):
        print(f"{name:>8}" + "".join(f"{pick(column):>14.2f}" for column in zip(*figures, strict=True)))


def clients(endpoint: str) -> Any:
    session = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name="us-east-1")
    return lambda service: session.client(service, endpoint_url=endpoint)


if __name__ == "__main__":
    main()
