from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from greenshift.twin.service import service_model
from greenshift.twin.wire.shapes import OutputError, check_output, to_json, validation_errors
from greenshift.twin.wire.unmarshal import from_json


def errors(service: str, operation: str, request: dict[str, Any]) -> list[str]:
    return validation_errors(service_model(service).operation_model(operation).input_shape, request)


@pytest.mark.parametrize(
    ("request_", "constraint"),
    [
        ({}, "at 'name' failed to satisfy constraint: Member must not be null"),
        ({"name": 5}, "Member must be of type string"),
        ({"name": "a" * 101}, "length less than or equal to 100"),
        ({"name": "no spaces"}, "regular expression pattern"),
    ],
)
def test_a_request_that_botocore_would_let_pass_is_refused(request_: dict[str, Any], constraint: str) -> None:
    found = errors("codepipeline", "GetPipeline", request_)

    assert len(found) == 1
    assert constraint in found[0]


def test_numbers_and_enums_are_checked_deep_inside_a_request() -> None:
    found = errors("lambda", "CreateFunction", {
        "FunctionName": "f", "Role": "arn:aws:iam::123456789012:role/r", "Code": {}, "Timeout": 0,
        "Architectures": ["sparc"],
    })  # fmt: skip

    timeout, architecture = found
    assert timeout.endswith("Member must have value greater than or equal to 1")
    assert "at 'architectures.1.member'" in architecture


def test_a_valid_request_has_no_errors() -> None:
    assert errors("codepipeline", "GetPipeline", {"name": "p", "version": 1}) == []


def test_an_answer_with_a_member_aws_does_not_have_is_our_bug() -> None:
    model = service_model("codepipeline").operation_model("StartPipelineExecution")

    check_output(model, {"pipelineExecutionId": "x"})
    with pytest.raises(OutputError, match="no member executionId"):
        check_output(model, {"executionId": "x"})
    with pytest.raises(OutputError, match="must be string"):
        check_output(model, {"pipelineExecutionId": 5})


def test_blobs_and_times_survive_the_wire() -> None:
    shape = service_model("codebuild").operation_model("BatchGetBuilds").output_shape
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    answer = {"builds": [{"id": "p:1", "startTime": moment, "buildComplete": True}]}

    assert from_json(shape, to_json(shape, answer)) == answer


def test_members_a_service_does_not_know_are_dropped_when_read() -> None:
    shape = service_model("codepipeline").operation_model("GetPipeline").input_shape

    assert from_json(shape, {"name": "p", "surprise": 1}) == {"name": "p"}
