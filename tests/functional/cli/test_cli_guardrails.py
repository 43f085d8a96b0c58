"""Guardrails by themselves: on a Pulumi program that has nothing of Greenshift's, and explained."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from support.people.shell import Shell

from greenshift.guardrails.registry import our_own
from greenshift.twin.machine import process

PROGRAM = """\
import pulumi_aws as aws

aws.s3.Bucket("data", force_destroy=True)
aws.s3.Bucket("reports", bucket="our-reports", force_destroy=True)
aws.s3.Bucket("archive")
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    folder = tmp_path_factory.mktemp("program")
    (folder / "Pulumi.yaml").write_text("name: plain\nruntime: python\n")
    (folder / "__main__.py").write_text(PROGRAM)
    shell = Shell(folder)
    yield shell
    process.stop(shell.home)


def test_any_program_is_judged_and_told_where_its_faults_stand(program: Shell) -> None:
    ran = program.greenshift("guardrails", "--json", "--sarif", "found.sarif", ok=False)

    assert ran.code == 1, ran.err
    told = ran.json
    assert [(item["rule"], item["level"]) for item in told["violations"]] == [
        ("bucket-keeps-data", "advisory"),
        ("bucket-name", "mandatory"),
    ]
    [run] = json.loads((program.directory / "found.sarif").read_text())["runs"]
    lines = {
        found["ruleId"]: found["locations"][0]["physicalLocation"]["region"]["startLine"]
        for found in run["results"]
    }
    assert lines == {"bucket-keeps-data": 5, "bucket-name": 4}
    assert {found["ruleId"]: found["level"] for found in run["results"]} == {
        "bucket-keeps-data": "warning",
        "bucket-name": "error",
    }
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {rule.name for rule in our_own()}


def test_preview_and_check_take_a_program_without_functions(program: Shell) -> None:
    (program.directory / "__main__.py").write_text(PROGRAM.replace('bucket="our-reports", ', ""))

    preview, check = program.greenshift("preview", "--json"), program.greenshift("check", "--json")

    assert preview.json["changes"] == {"create": 4}
    assert check.json["errors"] == 0


def test_a_rule_is_explained_with_its_fix_and_how_to_set_it(program: Shell) -> None:
    [rule] = [each for each in our_own() if each.name == "bucket-name"]

    said = program.greenshift("guardrails", "explain", "bucket-name").out

    assert rule.why in said and rule.fix in said
    assert "Bucket names are global" in said
    assert "greenshift:guardrails: {bucket-name: " in said
    listed = program.greenshift("guardrails", "explain").out
    assert [line.split()[0] for line in listed.splitlines()] == [each.name for each in our_own()]


def test_a_misspelt_rule_is_named_with_the_nearest(program: Shell) -> None:
    ended = program.greenshift("guardrails", "explain", "bucket-nam", ok=False)

    assert ended.code == 2
    assert "did you mean bucket-name?" in ended.err
