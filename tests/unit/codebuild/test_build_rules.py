"""Settings, runtimes, patterns, project rules and event texts of CodeBuild, each as a table."""

from __future__ import annotations

from typing import Any

import pytest
from support.measures.effort import effort

from greenshift.twin.codebuild import rules
from greenshift.twin.codebuild.errors import PhaseFailure
from greenshift.twin.codebuild.events import moment
from greenshift.twin.codebuild.glob import Glob
from greenshift.twin.codebuild.handover import VARIABLE, parse_handover
from greenshift.twin.codebuild.runtimes import runtime_lines
from greenshift.twin.codebuild.settings import Variable, read_settings, with_overrides
from greenshift.twin.service import ServiceError


def project(**members: Any) -> dict[str, Any]:
    document = {
        "name": "app",
        "source": {"type": "NO_SOURCE", "buildspec": "version: 0.2\nphases: {}"},
        "artifacts": {"type": "NO_ARTIFACTS"},
        "environment": {"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"},
        "serviceRole": "arn:aws:iam::123456789012:role/build",
        **members,
    }
    return rules.complete(document, "123456789012", "us-east-1")


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("**/*", "a/b/c.txt", True),
        ("**/*", ".hidden", True),
        ("*", "a", True),
        ("*", "a/b", False),
        ("dist/*", "dist/a.js", True),
        ("dist/*", "dist/sub/a.js", False),
        ("dist/**/*", "dist/sub/a.js", True),
        ("dist/**/*", "dist/a.js", True),
        ("./app.zip", "app.zip", True),
        ("dist", "dist/a.js", False),
        ("**/*.js", "a.js", True),
        ("**/lib/**/*.js", "a/lib/b/c/d.js", True),
        ("**/lib/**/*.js", "a/lib.js", False),
        ("**.js", "a/b.js", True),
        ("a**b/c", "a/x/b/c", True),
        ("**", "a/b", True),
        ("a?c", "a/c", False),
        ("[a-c]x", "bx", True),
        ("[!a-c]x", "bx", False),
        ("[!a]x", "/x", False),
        ("[z-a]x", "bx", False),
        ("[", "[", True),
        ("[!]", "!", True),
        ("a\nb", "a\nb", True),
    ],
)
def test_artifact_pattern(pattern: str, path: str, matches: bool) -> None:
    assert Glob(pattern).matches(path) is matches


@pytest.mark.parametrize(
    "pattern", ["**/" * 60 + "x", "*a" * 60, "**a" * 60, "**/*a*/" * 20 + "x", "[a-b]*" * 60]
)
def test_a_hostile_pattern_takes_no_longer_than_its_name_is_long(pattern: str) -> None:
    names = ["a/" * 2_000, "a" * 4_000, "ab/" * 1_000 + "b"]

    assert effort(lambda: [Glob(pattern).matches(name) for name in names]) < 320


@pytest.mark.parametrize(
    ("wanted", "warned"),
    [("22", False), ("22.x", False), ("latest", False), ("20", True), ("22.20", False), ("2", True)],
)
def test_a_runtime_version_that_differs_is_a_warning(wanted: str, warned: bool) -> None:
    lines = list(runtime_lines({"nodejs": wanted}, {"nodejs": "22.20.0"}, {}))

    assert any("WARNING: the twin builds on Node v22.20.0" in line for line in lines) is warned


def test_a_runtime_version_may_come_from_a_variable() -> None:
    [line] = runtime_lines({"nodejs": "$NODE"}, {"nodejs": "22.20.0"}, {"NODE": "22"})

    assert "version '22'" in line


def test_a_runtime_the_twin_does_not_have_is_an_error() -> None:
    with pytest.raises(
        PhaseFailure, match=r"Unknown runtime named 'cobol'\. The twin knows these runtimes: nodejs, java"
    ):
        list(runtime_lines({"cobol": "74"}, {"nodejs": "22.20.0"}, {}))


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"source": {"type": "GITHUB", "location": "x"}}, "the twin cannot fetch a GITHUB source"),
        ({"source": {"type": "NO_SOURCE"}}, "needs its buildspec inline"),
        ({"source": {"type": "S3", "location": "bucket"}}, "my-bucket/path/source.zip"),
        ({"source": {"type": "CODEPIPELINE"}}, "both be of type CODEPIPELINE"),
        ({"artifacts": {"type": "CODEPIPELINE"}}, "both be of type CODEPIPELINE"),
        ({"artifacts": {"type": "S3"}}, "need a location"),
        ({"secondaryArtifacts": [{"type": "S3", "location": "b"}]}, "needs an artifactIdentifier"),
        ({"buildBatchConfig": {"serviceRole": "x"}}, "single builds only"),
        (
            {"environment": {"type": "WINDOWS_CONTAINER", "image": "i", "computeType": "x"}},
            "not on WINDOWS_CONTAINER",
        ),
    ],
)
def test_a_project_the_twin_cannot_build_is_refused_by_name(members: dict[str, Any], words: str) -> None:
    with pytest.raises(ServiceError) as raised:
        rules.check(project(**members))

    assert raised.value.code == "InvalidInputException"
    assert words in raised.value.message


def test_overrides_replace_what_they_name_and_leave_the_project_alone() -> None:
    given = project(sourceVersion="v1")
    document = with_overrides(
        given,
        {
            "buildspecOverride": "version: 0.2\nphases: {build: {}}",
            "imageOverride": "other",
            "timeoutInMinutesOverride": 7,
            "sourceVersion": "v2",
        },
    )
    settings = read_settings(document)

    assert settings.source.buildspec.endswith("{build: {}}")
    assert (settings.image, settings.timeout_minutes, settings.source.version) == ("other", 7, "v2")
    assert given["environment"]["image"] == "i"
    assert given["source"]["buildspec"].endswith("phases: {}")


def test_variables_of_the_request_win_and_the_handover_is_taken_out() -> None:
    environment = {
        **project()["environment"],
        "environmentVariables": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
    }
    overrides = [
        {"name": "B", "value": "3", "type": "PARAMETER_STORE"},
        {"name": VARIABLE, "value": "{}", "type": "PLAINTEXT"},
    ]
    document = with_overrides(project(environment=environment), {"environmentVariablesOverride": overrides})

    assert read_settings(document).variables == (Variable("A", "1"), Variable("B", "3", "PARAMETER_STORE"))


def test_log_and_cache_settings_are_read() -> None:
    logs = {"cloudWatchLogs": {"status": "ENABLED", "groupName": "g", "streamName": "s"}}
    settings = read_settings(
        project(logsConfig=logs, cache={"type": "LOCAL", "modes": ["LOCAL_CUSTOM_CACHE"]})
    )

    assert (settings.logs.group, settings.logs.stream_prefix, settings.local_cache) == ("g", "s", True)
    assert read_settings(project()).logs.group == "/aws/codebuild/app"


def test_a_handover_must_name_its_primary_input() -> None:
    text = '{"pipeline": "p", "primary": "X", "inputs": {"S": {"bucket": "b", "key": "k"}}}'

    with pytest.raises(ServiceError, match="primary 'X' is not one of the inputs"):
        parse_handover(text)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pipeline": "p", "primary": "a", "inputs": {"a": 1}}'])
def test_a_broken_handover_is_refused(text: str) -> None:
    with pytest.raises(ServiceError, match="is not a hand-over of artifacts"):
        parse_handover(text)


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (1504239149.0, "Sep 1, 2017 4:12:29 AM"),
        (1504282349.0, "Sep 1, 2017 4:12:29 PM"),
        (1513036800.0, "Dec 12, 2017 12:00:00 AM"),
    ],
)
def test_dates_in_events_are_text(time: float, text: str) -> None:
    assert moment(time) == text
