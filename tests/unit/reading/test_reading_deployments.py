"""Deployments as CodeDeploy tells of them: every status is one that has ended, or one that has not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.session import get_session

from greenshift.reading.deployments import ENDED, UNFINISHED
from greenshift.verify import Stack
from greenshift.verify.aws import Aws
from greenshift.verify.groups.traffic import not_left_split
from greenshift.verify.reading.traffic import read_traffic
from greenshift.view import FunctionOutputs, StackOutputs

CHARGE = FunctionOutputs("charge", "app-charge", "arn:aws:lambda:r:1:function:app-charge:live", "a", "g")
OUTPUTS = StackOutputs("app", "", "ledger", "bucket", "arn:aws:sns:us-east-1:1:t", (CHARGE,))


class Split:
    """A function whose alias is split while its deployment is in a status. A list has two pages."""

    def __init__(self, status: str) -> None:
        self.status = status

    def get_alias(self, **_: Any) -> dict[str, Any]:
        return {"FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.1}}}

    def get_deployment_group(self, **_: Any) -> dict[str, Any]:
        return {
            "deploymentGroupInfo": {"deploymentGroupName": "g", "serviceRoleArn": "arn:aws:iam::1:role/r"}
        }

    def get_deployment_config(self, **_: Any) -> dict[str, Any]:
        return {"deploymentConfigInfo": {"computePlatform": "Lambda"}}

    def get_paginator(self, operation: str) -> Split:
        assert operation == "list_deployments"
        return self

    def paginate(self, includeOnlyStatuses: list[str], **_: Any) -> Iterator[dict[str, Any]]:
        yield {"deployments": []}
        yield {"deployments": ["d-1"] if self.status in includeOnlyStatuses else []}


def test_every_status_of_a_deployment_is_known() -> None:
    statuses = get_session().get_service_model("codedeploy").shape_for("DeploymentStatus").enum  # type: ignore[attr-defined]

    assert sorted(statuses) == sorted([*UNFINISHED, *ENDED])


def test_a_split_that_a_deployment_is_still_at_work_on_is_none_that_was_left_whatever_its_status() -> None:
    for status in UNFINISHED:
        seen = read_traffic(Stack(OUTPUTS, Aws(lambda service, at=status: Split(at))), CHARGE)
        assert seen.alias is not None
        assert not_left_split(seen, seen.alias).status == "passed", status
    for status in ENDED:
        seen = read_traffic(Stack(OUTPUTS, Aws(lambda service, at=status: Split(at))), CHARGE)
        assert seen.alias is not None
        assert not_left_split(seen, seen.alias).status == "failed", status
