"""What the twin does not have, as a person is told of it before anything is made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.people.shell import Shell

from greenshift.twin.machine import process

PROGRAM = """\
import pulumi_aws as aws

aws.athena.Workgroup("reports")
aws.sqs.Queue("jobs")
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    folder = tmp_path_factory.mktemp("standing")
    (folder / "Pulumi.yaml").write_text("name: standing\nruntime: python\n")
    (folder / "__main__.py").write_text(PROGRAM)
    shell = Shell(folder)
    yield shell
    process.stop(shell.home)


def test_the_plan_marks_a_stand_in_and_the_summary_names_it(program: Shell) -> None:
    ran = program.greenshift("preview")
    said = ran.out + ran.err

    planned = [line for line in said.splitlines() if line.endswith("(a stand-in)")]
    assert ["reports" in line for line in planned] == [True], said
    assert "1 stand-in, which is in the state alone" in said
    assert "reports (aws:athena/workgroup:Workgroup)" in said
    assert program.greenshift("preview", "--json").json["standIns"] == [
        "reports (aws:athena/workgroup:Workgroup)"
    ]


def test_strict_refuses_it_by_name(program: Shell) -> None:
    ran = program.greenshift("preview", "--strict", ok=False)

    assert ran.code == 1
    assert "resource type aws:athena/workgroup:Workgroup is not supported" in ran.err
