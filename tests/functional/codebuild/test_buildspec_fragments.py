"""Fragments of buildspecs people have: what AWS does with each happens, or the log or a refusal says so.

Builds run two at a time: all are started before the first is awaited.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

ONE = {"build": {"commands": ["echo one"]}}
JUNIT = (
    "<testsuites><testsuite name='s'><testcase classname='shop' name='sells'/>"
    "<testcase classname='shop' name='breaks'><failure>no</failure></testcase>"
    "<testcase name='later'><skipped/></testcase></testsuite></testsuites>"
)
FRAGMENTS: Mapping[str, dict[str, Any]] = {
    "01 a step fails": {"phases": {"build": {"steps": [{"name": "t", "run": "exit 1"}]}}},
    "01 steps run": {
        "phases": {
            "build": {
                "steps": [
                    {"run": "mkdir -p below && export LOST=x"},
                    {
                        "name": "whole",
                        "run": "echo $WORD ${LOST:-gone} $(basename $PWD)\nfalse | true\necho on",
                        "env": {"WORD": "it's"},
                        "working-directory": "below",
                    },
                    {"run": "print(1 + 1)", "shell": "python"},
                ]
            }
        }
    },
    "01 pipefail": {"phases": {"build": {"steps": [{"run": "false | true\necho on", "shell": "bash"}]}}},
    "02 uses": {"phases": {"build": {"steps": [{"uses": "actions/checkout@v4"}]}}},
    "02 both": {"phases": {"build": {"steps": [{"run": "a"}], "commands": ["b"]}}},
    "06 run-as": {"phases": {"build": {"run-as": "nobody", "commands": ["echo one"]}}},
    "07 proxy": {"proxy": {"upload-artifacts": "yes", "logs": "yes"}, "phases": ONE},
    "08 cache": {
        "cache": {"paths": ["x"], "fallback-keys": ["a"], "action": "restore", "key": "k"},
        "phases": ONE,
    },
    "09 version 0.1": {
        "version": "0.1",
        "environment_variables": {"plaintext": {"A": "b"}},
        "phases": {"build": {"commands": ["cd /tmp && export A=c", "echo $A $(basename $PWD)"]}},
    },
    "10 old type": {"artifacts": {"type": "zip", "files": ["x"]}, "phases": ONE},
    "11 batch": {"batch": {"fast-fail": "true"}, "phases": ONE},
    "13 null": {"phases": {"build": {"commands": [None, "echo hi"]}}},
    "14 cobol": {"phases": {"install": {"runtime-versions": {"cobol": "74"}}, **ONE}},
    "15 env": {
        "env": {
            "git-credential-helper": "yes",
            "variables": {"A": "b"},
            "exported-variables": ["A"],
        },
        "phases": ONE,
    },
    "16 report": {
        "reports": {"unit": {"files": ["**/*.xml"], "file-format": "JUNITXML"}},
        "phases": {"build": {"commands": [f'echo "{JUNIT}" > found.xml']}},
    },
    "16 no report": {"reports": {"unit": {"files": ["none.xml"]}}, "phases": ONE},
    "16 hostile report": {
        "reports": {"unit": {"files": "x.xml"}},
        "phases": {"build": {"commands": ["echo '<!DOCTYPE a><a/>' > x.xml"]}},
    },
}
ANCHORED = """\
version: 0.2
x-common: &c
  - echo anchored
phases:
  build:
    commands: *c
"""


@pytest.fixture(scope="module")
def ran(builds: Any) -> dict[str, dict[str, Any]]:
    written = {name: json.dumps({"version": "0.2", **each}) for name, each in FRAGMENTS.items()}
    written["12 anchor"] = ANCHORED
    for runtime, version in (("golang", "1.22"), ("java", "corretto21"), ("ruby", "3.3"), ("docker", "20")):
        phases = {"install": {"runtime-versions": {runtime: version}}, **ONE}
        written[f"14 {runtime}"] = json.dumps({"version": "0.2", "phases": phases})
    started = {name: builds.start(builds.project(text)) for name, text in written.items()}
    return {name: builds.wait(id_, 120) for name, id_ in started.items()}


def message(build: dict[str, Any]) -> str:
    """Why it failed."""
    contexts = [each for phase in build["phases"] for each in phase.get("contexts", [])]
    return " ".join(each["message"] for each in contexts)


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("01 steps run", ["it's gone below", "on", "2"]),
        ("06 run-as", ["one"]),
        ("07 proxy", ["one"]),
        ("08 cache", ["one"]),
        ("09 version 0.1", ["b src"]),
        ("10 old type", ["one"]),
        ("11 batch", ["one"]),
        ("12 anchor", ["anchored"]),
        ("15 env", ["one"]),
        ("16 report", []),
        ("16 no report", ["one"]),
        ("16 hostile report", []),
    ],
)
def test_it_runs(builds: Any, ran: dict[str, Any], name: str, output: list[str]) -> None:
    assert ran[name]["buildStatus"] == "SUCCEEDED", message(ran[name])
    assert builds.output(ran[name]) == output


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("01 a step fails", "exit status 1"),
        ("01 pipefail", "exit status 1"),
        ("02 uses", "phases.build.steps[0].uses: the twin runs no GitHub actions (actions/checkout@v4)"),
        ("02 both", "phases.build: a phase has commands or steps, not both"),
        ("13 null", "Expected Commands[0] to be of string type: found nothing instead"),
        ("14 cobol", "Unknown runtime named 'cobol'"),
    ],
)
def test_it_fails_and_says_why(ran: dict[str, Any], name: str, words: str) -> None:
    assert ran[name]["buildStatus"] == "FAILED"
    assert words in message(ran[name])


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("06 run-as", "Ignored: phases.build.run-as: commands run as the user of the twin"),
        ("07 proxy", "Ignored: proxy: there is no explicit proxy server between a build and the twin"),
        ("08 cache", "Ignored: cache.key and cache.fallback-keys: the twin keeps one cache for each project"),
        ("11 batch", "Ignored: batch: it counts for batch builds, and this is a single one"),
        (
            "12 anchor",
            "Ignored: x-common: no section of a buildspec; an anchor in it can be used anyway",
        ),
        ("15 env", "Ignored: env.git-credential-helper: sources come without git"),
        ("16 report", "Report unit: 3 tests, 1 failed, 1 skipped"),
        ("16 report", "Report unit: failed: shop.breaks"),
        ("16 no report", "Report unit: no file matches none.xml"),
        ("16 hostile report", "Report unit: x.xml cannot be read: it has a document type"),
    ],
)
def test_the_log_says_what_is_left_out_or_found(
    builds: Any, ran: dict[str, Any], name: str, line: str
) -> None:
    assert [each for each in builds.lines(ran[name]) if each.endswith(line)]


@pytest.mark.parametrize(
    ("runtime", "program"), [("golang", "go"), ("java", "java"), ("ruby", "ruby"), ("docker", "docker")]
)
def test_a_language_is_the_machines_own_or_missed_by_name(
    builds: Any, ran: dict[str, Any], runtime: str, program: str
) -> None:
    build = ran[f"14 {runtime}"]

    if shutil.which(program) is None:
        assert build["buildStatus"] == "FAILED"
        assert f"runtime '{runtime}': there is no '{program}' on this machine" in message(build)
    else:
        assert build["buildStatus"] == "SUCCEEDED", message(build)
        assert any(f"Selecting '{runtime}' runtime version" in line for line in builds.lines(build))


@pytest.mark.parametrize(
    ("written", "prefix", "key"),
    [
        ("n-$(date +%Y)", "", f"n-{datetime.now(UTC).year}"),
        ("n-$AWS_REGION", "", "n-us-east-1"),
        ('a "b" c', "pre", 'pre/a "b" c'),
    ],
)
def test_the_name_of_an_artifact_is_evaluated_by_the_shell(
    builds: Any, written: str, prefix: str, key: str
) -> None:
    bucket = f"artifacts-{builds.start.__name__}"
    if bucket not in [each["Name"] for each in builds.s3.list_buckets()["Buckets"]]:
        builds.s3.create_bucket(Bucket=bucket)
    spec = {
        "version": "0.2",
        "phases": {"build": {"commands": ["echo 1 > x"]}},
        "artifacts": {"files": ["x"], "name": written, **({"s3-prefix": prefix} if prefix else {})},
    }
    artifacts = {"type": "S3", "location": bucket, "packaging": "ZIP", "overrideArtifactName": True}

    build = builds.run(json.dumps(spec), artifacts=artifacts)

    assert build["buildStatus"] == "SUCCEEDED", message(build)
    assert key in [each["Key"] for each in builds.s3.list_objects_v2(Bucket=bucket)["Contents"]]
