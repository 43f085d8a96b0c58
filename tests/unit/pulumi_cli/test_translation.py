"""Pulumi's events, in and out: what a person sees of a run on AWS is what our own engine would print."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.automation import EngineEvent
from support.pulumi import pulumi_events as event
from support.pulumi.pulumi_events import BUCKET, STACK, TABLE, UNKNOWN

from greenshift.engine import (
    Diagnostic,
    Event,
    PropertyChange,
    StepDone,
    StepFailed,
    StepPlanned,
    StepStarted,
    plan_line,
    progress_line,
)
from greenshift.pulumi_cli.translation import Translation


class Told:
    """A translation that has heard some events."""

    def __init__(self, *events: dict[str, Any], planning: bool = False) -> None:
        self.events: list[Event] = []
        self.translation = Translation(self.events.append, planning=planning)
        for each in events:
            self.translation(EngineEvent.from_json({"sequence": 1, "timestamp": 1, **each}))
        self.translation.finish()


def lines(*events: dict[str, Any], planning: bool = False) -> list[str]:
    show = plan_line if planning else progress_line
    return [line for line in map(show, Told(*events, planning=planning).events) if line]


def test_a_plan_reads_like_our_engines_plan() -> None:
    update = event.before(
        "update",
        TABLE,
        planning=True,
        old={"type": "t", "urn": TABLE, "inputs": {"billingMode": "PROVISIONED", "tags": {"team": "a"}}},
        new={"type": "t", "urn": TABLE, "inputs": {"billingMode": "PAY_PER_REQUEST", "tags": {"team": "b"}}},
        detailedDiff={
            "billingMode": {"diffKind": "update-replace", "inputDiff": True},
            "tags.team": {"diffKind": "update", "inputDiff": True},
        },
    )

    shown = lines(event.before("create", BUCKET, planning=True), update, planning=True)

    assert shown == [
        "+  aws:s3:Bucket                                artifacts",
        "~  aws:dynamodb:Table                           ledger\n"
        '     ~ billingMode: "PROVISIONED" => "PAY_PER_REQUEST"  (forces replacement)\n'
        '     ~ tags.team: "a" => "b"',
    ]


def test_progress_is_started_and_done() -> None:
    told = Told(event.before("create", BUCKET), event.after("create", BUCKET))

    assert [type(each) for each in told.events] == [StepStarted, StepDone]
    assert told.translation.counts == {"create": 1}


def test_an_unchanged_resource_is_counted_and_not_shown() -> None:
    told = Told(event.before("same", BUCKET), event.after("same", BUCKET))

    assert [line for line in map(progress_line, told.events) if line] == []
    assert told.translation.counts == {"same": 1}


@pytest.mark.parametrize(
    "order",
    [
        ("create-replacement", "replace", "delete-replaced"),
        ("delete-replaced", "replace", "create-replacement"),
    ],
    ids=["create before delete", "delete before create"],
)
def test_a_replacement_is_one_step_done_when_the_new_resource_exists(order: tuple[str, ...]) -> None:
    events = [make(op, TABLE) for op in order for make in (event.before, event.after)]

    told = Told(*events, event.summary(replace=1, create_replacement=1, delete_replaced=1))

    assert [(type(each), each.step.op) for each in told.events if not isinstance(each, Diagnostic)] == [
        (StepStarted, "replace"),
        (StepDone, "replace"),
    ]
    assert told.translation.counts == {"replace": 1}


def test_pulumis_own_numbers_count() -> None:
    told = Told(event.summary(create=3, same=40, update=1, delete=2, discard=1), planning=True)

    assert told.translation.counts == {"create": 3, "same": 40, "update": 1, "delete": 2, "discard": 1}


def test_an_error_of_a_resource_is_told_once_as_its_failed_step() -> None:
    told = Told(
        event.before("create", BUCKET),
        event.says("error", "<{%reset%}>creating S3 Bucket: BucketAlreadyExists<{%reset%}>\n", BUCKET),
        event.failed("create", BUCKET),
    )

    assert told.events[1:] == [
        StepFailed(told.translation.failed[0].step, "creating S3 Bucket: BucketAlreadyExists")
    ]
    assert told.translation.errors == []


def test_an_error_without_a_failed_step_is_still_told() -> None:
    told = Told(event.says("error", "this resource is protected", BUCKET))

    assert told.events == [Diagnostic("error", "this resource is protected", BUCKET)]


def test_an_error_of_the_program_is_told_at_once() -> None:
    told = Told(event.says("error", "Program failed", STACK), event.says("info", "later"))

    assert [each.message for each in told.events if isinstance(each, Diagnostic)] == [
        "Program failed",
        "later",
    ]
    assert told.translation.errors == ["Program failed"]


def test_a_failed_half_of_a_replacement_is_told() -> None:
    told = Told(event.says("error", "in use", TABLE), event.failed("delete-replaced", TABLE))

    assert [(each.step.op, each.message) for each in told.translation.failed] == [("replace", "in use")]


@pytest.mark.parametrize(
    ("severity", "shown"),
    [("info", "words"), ("info#err", "warning: words"), ("warning", "warning: words"), ("debug", "")],
)
def test_messages_keep_their_severity(severity: str, shown: str) -> None:
    assert "".join(lines(event.says(severity, "words"))) == shown


def test_ephemeral_messages_and_empty_ones_are_left_out() -> None:
    assert (
        lines(event.says("info", "downloading 3 %", ephemeral=True), event.says("info", "<{%reset%}>\n"))
        == []
    )


@pytest.mark.parametrize(("level", "severity"), [("mandatory", "error"), ("advisory", "warning")])
def test_a_policy_violation_is_told_with_its_name(level: str, severity: str) -> None:
    told = Told(
        {
            "policyEvent": {
                "resourceUrn": BUCKET,
                "message": "no bucket without encryption",
                "color": "never",
                "policyName": "encrypted",
                "policyPackName": "greenshift",
                "policyPackVersion": "1",
                "policyPackVersionTag": "1",
                "enforcementLevel": level,
            }
        }
    )

    assert told.events == [
        Diagnostic(severity, "greenshift/encrypted: no bucket without encryption", BUCKET)  # type: ignore[arg-type] # one of two
    ]


def test_a_previews_outputs_say_what_is_known_only_later() -> None:
    outputs = {
        "pipelineName": "my-app-prod",
        "topicArn": UNKNOWN,
        "functions": {"a": UNKNOWN},
        "key": "[secret]",
    }

    told = Told(event.stack_outputs(outputs, planning=True), planning=True).translation.outputs

    assert {name: (output.value, output.known, output.secret) for name, output in told.items()} == {
        "pipelineName": ("my-app-prod", True, False),
        "topicArn": (None, False, False),
        "functions": (None, False, False),
        "key": ("[secret]", True, True),
    }


def test_a_secret_property_is_never_shown() -> None:
    changed = event.before(
        "update",
        TABLE,
        planning=True,
        old={"type": "t", "urn": TABLE, "inputs": {"token": "[secret]"}},
        new={"type": "t", "urn": TABLE, "inputs": {"token": {"4dabf18193072939515e22adb298388d": "1b47"}}},
        detailedDiff={"token": {"diffKind": "update", "inputDiff": True}},
    )

    (planned,) = Told(changed, planning=True).events

    assert isinstance(planned, StepPlanned)
    assert planned.step.changes == (PropertyChange("token", "change", "[secret]", "[secret]"),)


def test_without_a_detailed_diff_the_changed_keys_are_shown() -> None:
    changed = event.before(
        "create-replacement",
        BUCKET,
        planning=True,
        diffs=["bucket", "tags"],
        keys=["bucket"],
        old={"type": "t", "urn": BUCKET, "inputs": {"bucket": "a"}},
        new={"type": "t", "urn": BUCKET, "inputs": {"bucket": UNKNOWN, "tags": {}}},
    )

    (planned,) = Told(changed, planning=True).events

    assert isinstance(planned, StepPlanned)
    assert planned.step.changes == (
        PropertyChange("bucket", "change", '"a"', "[known after it is created]", replaces=True),
        PropertyChange("tags", "change", "", "{}"),
    )
