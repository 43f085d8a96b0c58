"""Every form in which an SDK names one of our services leads to it, and to nothing else."""

from __future__ import annotations

import pytest

from greenshift.twin import registry
from greenshift.twin.moto.wsgi import HttpRequest
from greenshift.twin.port.routing import Routed, Routes

ROUTES = Routes(registry.NAMES)

# As observed on the wire: botocore and the AWS CLI send a prefix with its package, Go v2 and JavaScript v3
# the last part alone.
TARGETS = {
    "AmazonSQS": "sqs",
    "GraniteServiceVersion20100801": "cloudwatch",
    "CodeBuild_20161006": "codebuild",
    "com.amazonaws.codeconnections.CodeConnections_20231201": "codeconnections",
    "CodeConnections_20231201": "codeconnections",
    "com.amazonaws.codestar.connections.CodeStar_connections_20191201": "codeconnections",
    "CodeStar_connections_20191201": "codeconnections",
    "CodeDeploy_20141006": "codedeploy",
    "CodePipeline_20150709": "codepipeline",
    "AWSEvents": "events",
}
SIGNED = {
    "monitoring": "cloudwatch",
    "codebuild": "codebuild",
    "codeconnections": "codeconnections",
    "codestar-connections": "codeconnections",
    "codedeploy": "codedeploy",
    "codepipeline": "codepipeline",
    "events": "events",
    "lambda": "lambda",
    "scheduler": "scheduler",
    "sqs": "sqs",
}


def request(path: str = "/", **headers: str) -> HttpRequest:
    return HttpRequest("POST", path, tuple((k.replace("_", "-"), v) for k, v in headers.items()), b"")


def test_the_table_of_targets_is_complete() -> None:
    assert ROUTES.targets == TARGETS
    assert ROUTES.signed == SIGNED


@pytest.mark.parametrize("prefix", sorted(TARGETS))
def test_a_target_names_service_and_operation(prefix: str) -> None:
    found = ROUTES.find(request(x_amz_target=f"{prefix}.ListThings"), "")

    assert Routed(TARGETS[prefix], "json", "ListThings") == found


@pytest.mark.parametrize("prefix", sorted(TARGETS))
def test_the_path_of_cbor_names_service_and_operation(prefix: str) -> None:
    found = ROUTES.find(request(f"/service/{prefix}/operation/ListThings"), "")

    assert Routed(TARGETS[prefix], "cbor", "ListThings") == found


@pytest.mark.parametrize("signed_for", sorted(SIGNED))
def test_what_is_signed_for_a_service_of_ours_is_never_motos(signed_for: str) -> None:
    found = ROUTES.find(request("/anything", content_type="text/plain"), signed_for)

    assert found is not None
    assert SIGNED[signed_for] == found.service


def test_a_form_signed_for_cloudwatch_is_query() -> None:
    assert Routed("cloudwatch", "query") == ROUTES.find(request(), "monitoring")


@pytest.mark.parametrize("signed_for", ["", "s3", "sns", "dynamodb"])
def test_everything_else_is_not_ours(signed_for: str) -> None:
    assert ROUTES.find(request("/bucket/key", x_amz_target="DynamoDB_20120810.GetItem"), signed_for) is None
