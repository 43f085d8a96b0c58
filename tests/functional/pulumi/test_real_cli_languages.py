"""One small program in four languages: a topic, a role, a function and an alias, deployed by the real CLI."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.pulumi.real_pulumi import executable, needed, real_pulumi

from greenshift.testing import RunningTwin

PROGRAMS = Path(__file__).parent / "programs"
_SDK = "github.com/pulumi/pulumi/sdk/v3"


def prepare_nothing(program: Path) -> dict[str, str]:
    return {}


def prepare_node(program: Path) -> dict[str, str]:
    """npm's @pulumi/aws is large, so it is kept beside the CLI; its types are not checked here."""
    modules = executable().parent.parent / "node" / "node_modules"
    needed((modules / "@pulumi" / "aws").is_dir(), f"there is no @pulumi/aws in {modules}")
    (program / "node_modules").symlink_to(modules)
    return {"PULUMI_NODEJS_TRANSPILE_ONLY": "true"}


def prepare_go(program: Path) -> dict[str, str]:
    """In a module of the CLI's own versions, all of which are in Go's cache once it was built."""
    needed(shutil.which("go") is not None, "there is no Go")
    built = executable().parent.parent / "src" / "cli"
    needed((built / "go.mod").is_file(), f"the CLI was not built in {built}")
    for name in ("go.mod", "go.sum"):
        shutil.copy(built / name, program / name)
    subprocess.run(
        ["go", "build", "-o", "hello", "."],
        cwd=program,
        env={**os.environ, "GOFLAGS": "-mod=mod -buildvcs=false"},
        check=True,
        capture_output=True,
        timeout=240,
    )
    (program / "Pulumi.yaml").write_text("name: hello\nruntime: {name: go, options: {binary: hello}}\n")
    return {}


PREPARATIONS = {
    "python": prepare_nothing,
    "yaml": prepare_nothing,
    "typescript": prepare_node,
    "go": prepare_go,
}


IN_THE_SWEEP = pytest.mark.skipif(
    os.environ.get("GREENSHIFT_SWEEP") != "full", reason="compiling takes long: part of `make sweep`"
)


@pytest.mark.parametrize("language", ["python", "yaml", "typescript", pytest.param("go", marks=IN_THE_SWEEP)])
def test_a_program_is_deployed_and_works_and_is_destroyed(
    twin: RunningTwin, tmp_path: Path, language: str
) -> None:
    program = tmp_path / "program"
    shutil.copytree(PROGRAMS / language, program)
    environment = PREPARATIONS[language](program)

    with real_pulumi(twin, program, tmp_path, **environment) as pulumi:
        told = pulumi.up()
        assert "+ 5 created" in told
        assert "warning" not in told
        made = pulumi.resources()
        assert answer_of(twin, made["live"]["outputs"]["arn"]) == b'"hello"'
        assert made["function"]["inputs"]["environment"]["variables"]["TOPIC"] == made["topic"]["id"]
        pulumi.up("--expect-no-changes")
        pulumi.destroy()

    assert twin.client("lambda").list_functions()["Functions"] == []


def answer_of(twin: RunningTwin, alias: str) -> bytes:
    body: bytes = twin.client("lambda").invoke(FunctionName=alias)["Payload"].read()
    return body
