"""Who or what started a release, in words."""

from __future__ import annotations

from dataclasses import replace

import boto3
import pytest

from greenshift.view import ExecutionView, ReleaseView
from greenshift.view.started import by_whom, started

RELEASE = ReleaseView(
    "e1", "SUCCEEDED", "0123456789ab", "m", "WebhookV2", "", "", "", "", (), (), author="Bo"
)
EXECUTION = ExecutionView("e1", "Succeeded", "0123456789ab", "m", "WebhookV2 arn:aws:codeconnections:x")


@pytest.mark.parametrize(
    ("trigger", "told"),
    [
        ("WebhookV2 arn:aws:codeconnections:us-east-1:1:connection/x", "by a push of 01234567"),
        ("Webhook arn:aws:codepipeline:us-east-1:1:webhook:x", "by a push of 01234567, which a webhook told"),
        ("CreatePipeline arn:aws:iam::123456789012:root", "by the pipeline's creation"),
        (
            "StartPipelineExecution arn:aws:sts::1:assumed-role/Admin/ada@example.org",
            "by ada@example.org, who started the pipeline",
        ),
        ("StartPipelineExecution", "by somebody, who started the pipeline"),
        ("ManualRollback arn:aws:iam::1:user/ada", "by ada, who rolled a stage back"),
        ("SomethingNew of 2030", "SomethingNew of 2030"),
        ("", ""),
    ],
)
def test_a_trigger_is_told_in_words_and_an_unknown_one_as_it_is(trigger: str, told: str) -> None:
    assert started(None, replace(EXECUTION, trigger=trigger)) == told
    assert started(replace(RELEASE, trigger=trigger), None) == told


def test_a_list_tells_the_person_or_else_what_started_it() -> None:
    assert by_whom(RELEASE) == "by Bo"
    assert by_whom(replace(RELEASE, by="Ada <ada@example.org>")) == "by Ada"
    nobody = replace(RELEASE, author="")
    assert by_whom(nobody) == "by a push of 01234567"
    assert by_whom(replace(nobody, trigger="CreatePipeline arn:aws:iam::1:root")) == (
        "by the pipeline's creation"
    )
    assert by_whom(replace(nobody, trigger="StartPipelineExecution arn:aws:iam::1:user/ada")) == "by ada"
    assert by_whom(replace(nobody, trigger="SomethingNew")) == ""


def test_a_person_who_asked_is_told_instead_of_what_carried_it_out() -> None:
    asked = replace(RELEASE, by="Ada <ada@example.org>", trigger="StartPipelineExecution arn:aws:iam::1:root")

    assert started(asked, EXECUTION) == "by Ada, who asked for a release"
    assert started(replace(asked, mode="rollback"), None) == "by Ada, who asked for a rollback"


def test_of_a_release_that_never_came_to_be_the_execution_says_who_asked() -> None:
    """A build that failed: no row of the ledger, and the credentials that started it are the machine's."""
    failed = replace(
        EXECUTION, by="Ada <ada@example.org>", trigger="StartPipelineExecution arn:aws:iam::1:root"
    )

    assert started(None, failed) == "by Ada, who asked for a release"


def test_a_push_whose_commit_is_not_known_yet_is_a_push() -> None:
    assert started(None, replace(EXECUTION, commit="")) == "by a push"
    assert started(None, None) == ""


def test_every_kind_that_codepipeline_has_is_told_in_words() -> None:
    model = boto3.client("codepipeline", region_name="us-east-1").meta.service_model
    for kind in model.shape_for("TriggerType").enum:
        assert started(RELEASE, replace(EXECUTION, trigger=kind)).startswith("by "), kind
