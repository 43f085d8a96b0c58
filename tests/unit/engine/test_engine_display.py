"""Events as lines."""

from __future__ import annotations

import pytest

from greenshift.engine import (
    Diagnostic,
    Event,
    Output,
    OutputsChanged,
    PropertyChange,
    Step,
    StepDone,
    StepFailed,
    StepPlanned,
    StepStarted,
    plan_line,
    progress_line,
    summary,
)
from greenshift.engine.reporter import Reporter

STEP = Step(
    "urn", "aws:sns/topic:Topic", "alerts", "update", (PropertyChange("tags.a", "change", '"1"', '"2"'),)
)
HEAD = "~  aws:sns:Topic                                alerts"


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("aws:s3/bucket:Bucket", "aws:s3:Bucket"),
        ("aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3:BucketObjectv2"),
        ("aws:s3/bucketV2:Bucket", "aws:s3/bucketV2:Bucket"),
        ("kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:Deployment"),
        ("greenshift:index:DeliveryPipeline", "greenshift:index:DeliveryPipeline"),
        ("pulumi:providers:aws", "pulumi:providers:aws"),
        ("a/b:", "a/b:"),
    ],
)
def test_a_type_is_printed_as_the_pulumi_cli_prints_it(token: str, told: str) -> None:
    line = progress_line(StepStarted(Step("urn", token, "name", "create")))

    assert line.split() == ["+", *told.split(), "name", "creating"]


def test_a_plan_shows_what_changes() -> None:
    assert plan_line(StepPlanned(STEP)) == f'{HEAD}\n     ~ tags.a: "1" => "2"'


def test_a_plan_says_what_forces_a_replacement_and_shortens_long_lists() -> None:
    changes = (
        PropertyChange("name", "change", '"a"', '"b"', replaces=True),
        *(PropertyChange(f"tags.{number}", "add", after="1") for number in range(20)),
    )
    lines = plan_line(StepPlanned(Step("urn", "t", "n", "replace", changes))).splitlines()

    assert lines[1] == '     ~ name: "a" => "b"  (forces replacement)'
    assert lines[2] == "     + tags.0: 1"
    assert lines[-1] == "     … and 9 more"


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (StepStarted(STEP), f"{HEAD}  updating"),
        (StepDone(STEP, 1.25), f"{HEAD}  updated (1.2 s)"),
        (StepFailed(STEP, "no"), f"{HEAD}  failed: no"),
        (StepDone(Step("urn", "t", "n", "same"), 0), ""),
        (StepPlanned(Step("urn", "t", "n", "same")), ""),
        (Diagnostic("info", "hello"), "hello"),
        (Diagnostic("warning", "careful"), "warning: careful"),
        (OutputsChanged(("a", "b")), "outputs changed: a, b"),
    ],
)
def test_progress_is_one_line_an_event(event: Event, line: str) -> None:
    assert progress_line(event) == line


def test_the_summary_counts() -> None:
    changes = {"create": 3, "update": 1, "replace": 1, "delete": 2, "same": 40}

    assert summary(changes, planned=True) == (
        "+ 3 to create, ~ 1 to update, +- 1 to replace, - 2 to delete, 40 unchanged"
    )
    assert summary({"create": 1}, planned=False) == "+ 1 created"
    assert summary({}, planned=True) == "nothing to do"


def test_secrets_never_pass_the_reporter() -> None:
    said: list[Event] = []
    reporter = Reporter(said.append)
    reporter.hide(["hush", "hush-hush", "a"])
    reporter.says("error", "it is hush-hush and hush a")
    reporter.failed(STEP, "hush")

    assert said == [Diagnostic("error", "it is [secret] and [secret] a"), StepFailed(STEP, "[secret]")]
    assert repr(Output("hush", secret=True)) == "Output([secret])"
