"""Whose permissions an action uses, the connection it needs, and how long it waits on a fast clock."""

from __future__ import annotations

from typing import Any

import pytest

from greenshift.twin.clock import ManualClock, ScaledClock
from greenshift.twin.codepipeline.actions.contract import Timing
from greenshift.twin.service import ServiceError

OTHER = "arn:aws:iam::123456789012:role/other"


async def test_an_action_with_a_role_of_its_own_uses_that_role(bench: Any, documents: Any) -> None:
    credentials = {"AccessKeyId": "AKIB", "SecretAccessKey": "s", "SessionToken": "t"}
    bench.aws.answers["AssumeRole"] = lambda _: {"Credentials": credentials}
    bench.aws.answers["Invoke"] = lambda _: {}

    await bench.create(documents.pipeline([documents.invoke(roleArn=OTHER)]))

    assert bench.aws.made("AssumeRole")[0]["RoleArn"] == OTHER
    callers = dict(zip([name for name, _ in bench.aws.calls], bench.aws.callers, strict=True))
    assert callers["AssumeRole"].arn == "arn:aws:iam::123456789012:role/pipeline"
    assert callers["Invoke"].arn == OTHER
    assert bench.jobs()[0]["data"]["artifactCredentials"]["accessKeyId"] == "AKIB"


async def test_a_role_that_may_not_be_assumed_fails_the_action(bench: Any, documents: Any) -> None:
    bench.aws.answers["AssumeRole"] = lambda _: ServiceError("AccessDenied", "no trust", 403)
    first = await bench.create(documents.pipeline([documents.invoke(roleArn=OTHER)]))

    assert await bench.status(first) == "Failed"
    error = (await bench.action("Stage1"))["errorDetails"]
    assert error["code"] == "PermissionError"
    assert OTHER in error["message"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"Connection": {"ConnectionStatus": "PENDING"}}, "its status is PENDING"),
        (ServiceError("ResourceNotFoundException", "nope"), "Could not find connection"),
    ],
)
async def test_a_connection_must_be_there_and_available(
    bench: Any, documents: Any, answer: Any, words: str
) -> None:
    bench.aws.answers["GetConnection"] = lambda _: answer
    document = documents.pipeline([documents.approval()])
    document["stages"][0]["actions"][0].update(
        actionTypeId=documents.type_id("Source", "CodeStarSourceConnection"),
        configuration={
            "ConnectionArn": "arn:aws:codestar-connections:us-east-1:123456789012:connection/c",
            "FullRepositoryId": "me/app",
            "BranchName": "main",
        },
    )

    await bench.create(document)

    error = (await bench.action("Source"))["errorDetails"]
    assert error["code"] == "ConfigurationError"
    assert words in error["message"]


@pytest.mark.parametrize(
    ("clock", "silence", "poll"),
    [
        (ManualClock(), 1200.0, 1.0),
        (ScaledClock(1), 1200.0, 1.0),
        (ScaledClock(20), 1200.0, 2.0),
        # A minute of real time, for a function that runs in real time.
        (ScaledClock(600), 36_000.0, 60.0),
    ],
)
def test_limits_leave_real_code_real_time(clock: Any, silence: float, poll: float) -> None:
    assert Timing().silence_limit(clock) == silence
    assert Timing().poll_interval(clock) == pytest.approx(poll)
