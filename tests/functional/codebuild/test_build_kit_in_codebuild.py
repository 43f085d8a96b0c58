"""The build kit where it belongs: in a CodeBuild build of a pipeline, from source zip to release.json."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from typing import Any

import pytest

from greenshift.components.archives import KIT_TEXTS, kit_files
from greenshift.components.buildspec import buildspec
from greenshift.view.builds import read_builds_of

TEST = (
    "const test = require('node:test'); const assert = require('node:assert');\n"
    "test('answers', async () => assert.equal(await require('./index.js').handler(), {answer}));\n"
)


def archive(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, text in files.items():
            target.writestr(name, text)
    return buffer.getvalue()


def kit() -> bytes:
    function = {"directory": "functions/charge", "runtime": "nodejs22.x", "handler": "index.handler"}
    files = {name: path.read_text() for name, path in kit_files().items()}
    return archive(
        {
            **files,
            **KIT_TEXTS,
            "functions.json": json.dumps({"formatVersion": 1, "functions": {"charge": function}}),
        }
    )


def run_build(builds: Any, answer: int) -> tuple[dict[str, Any], str]:
    bucket = f"b-{uuid.uuid4().hex[:12]}"
    builds.s3.create_bucket(Bucket=bucket)
    source = archive(
        {
            "functions/charge/index.js": "exports.handler = async () => 1;\n",
            "functions/charge/index.test.js": TEST.format(answer=answer),
            "functions/charge/package.json": json.dumps({"scripts": {"test": "node --test"}}),
        }
    )
    builds.s3.put_object(Bucket=bucket, Key="source", Body=source)
    builds.s3.put_object(Bucket=bucket, Key="kit", Body=kit())
    inputs = {
        "SourceOutput": {"bucket": bucket, "key": "source"},
        "BuildKit": {"bucket": bucket, "key": "kit"},
    }
    handover = {
        "pipeline": "shop",
        "executionId": "e",
        "primary": "SourceOutput",
        "inputs": inputs,
        "outputs": {"BuildOutput": {"bucket": bucket, "key": "out"}},
        "sourceRevision": "abc",
    }
    project = builds.project(
        source={"type": "CODEPIPELINE", "buildspec": buildspec(["nodejs22.x"])},
        artifacts={"type": "CODEPIPELINE"},
    )
    variable = {"name": "GREENSHIFT_TWIN_ARTIFACTS", "value": json.dumps(handover)}
    return builds.wait(builds.start(project, environmentVariablesOverride=[variable])), bucket


def test_a_tested_function_leaves_the_build_as_a_release(builds: Any) -> None:
    build, bucket = run_build(builds, answer=1)

    assert build["buildStatus"] == "SUCCEEDED", builds.lines(build)
    content = builds.s3.get_object(Bucket=bucket, Key="out")["Body"].read()
    with zipfile.ZipFile(io.BytesIO(content)) as output:
        assert output.namelist() == ["packages/charge.zip", "release.json", "reports/charge.xml"]
        [entry] = json.loads(output.read("release.json"))["functions"]
        package = zipfile.ZipFile(io.BytesIO(output.read(entry["package"])))
    assert entry["function"] == "charge"
    assert package.namelist() == ["index.js", "package.json"]


def test_a_failing_test_of_a_function_fails_the_build_and_says_which(builds: Any) -> None:
    build, _ = run_build(builds, answer=2)

    assert build["buildStatus"] == "FAILED"
    assert builds.output(build)[-1] == (
        "Build failed: [charge] npm test: exit status 1; run it here with: greenshift build charge"
    )
    [failed] = [phase for phase in build["phases"] if phase.get("phaseStatus") == "FAILED"]
    assert failed["phaseType"] == "BUILD"
    assert failed["contexts"] == [
        {
            "statusCode": "COMMAND_EXECUTION_ERROR",
            "message": "Error while executing command: python3 -m build_kit. Reason: exit status 1",
        }
    ]


@pytest.mark.parametrize(("answer", "failed"), [(1, []), (2, ["charge.answers"])])
def test_its_tests_are_a_report_of_the_build_whether_it_failed_or_not(
    builds: Any, answer: int, failed: list[str]
) -> None:
    build, _ = run_build(builds, answer=answer)
    [seen] = read_builds_of(builds.codebuild, [build["id"]])
    [report] = seen.reports

    assert seen.status == ("FAILED" if failed else "SUCCEEDED")
    assert (report.name, report.total, report.failed) == ("tests", 1, len(failed))
    assert [test.name for test in report.failures] == failed
    assert all("1 == 2" in test.message for test in report.failures)
