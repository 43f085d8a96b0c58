"""What the twin does not serve: said by name, in the protocol of who asked."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.people.raw_http import ask, signed

from greenshift.testing import RunningTwin

FORM = "application/x-www-form-urlencoded"

# moto has none of these, or needs what is not installed with Greenshift.
MISSING = {
    "query": ("cloudsearch", {"Content-Type": FORM}, b"Action=ListDomainNames&Version=2013-01-01"),
    "json": ("snowball", {"X-Amz-Target": "AWSIESnowballJobManagementService.ListJobs"}, b"{}"),
    "rest-json": ("xray", {}, b"{}"),
    "of nobody": ("nosuchservice", {"X-Amz-Target": "Nothing.Do"}, b"{}"),
}


@pytest.mark.parametrize("case", sorted(MISSING))
def test_a_service_that_is_not_served_is_refused_by_name_in_its_protocol(
    twin: RunningTwin, case: str
) -> None:
    service, headers, body = MISSING[case]
    reply = ask(twin.twin.port, "POST", "/", {**signed(service), **headers}, body)

    assert reply.status == 501
    assert f"the twin does not serve {service}" in reply.text
    if case == "query":
        assert "<Code>NotImplemented</Code>" in reply.text
    else:
        assert reply.headers["x-amzn-errortype"] == "NotImplementedException"


def test_clients_understand_that_a_service_is_not_served(twin: RunningTwin) -> None:
    with pytest.raises(ClientError) as refused:
        twin.client("cloudsearch").list_domain_names()

    error = refused.value.response["Error"]
    assert error["Code"] == "NotImplemented"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "does not serve cloudsearch" in error["Message"]


def test_a_state_machine_is_kept_and_to_run_it_is_refused_by_name(twin: RunningTwin) -> None:
    machines = twin.client("stepfunctions", inject_host_prefix=False)
    arn = machines.create_state_machine(
        name="m", roleArn="arn:aws:iam::123456789012:role/m",
        definition='{"StartAt": "a", "States": {"a": {"Type": "Succeed"}}}',
    )["stateMachineArn"]  # fmt: skip
    with pytest.raises(
        ClientError, match="does not serve stepfunctions StartExecution: moto keeps state machines"
    ):
        machines.start_execution(stateMachineArn=arn)
    with pytest.raises(ClientError, match="does not serve stepfunctions StartSyncExecution"):
        machines.start_sync_execution(stateMachineArn=arn)
    assert machines.list_executions(stateMachineArn=arn)["executions"] == []
    machines.delete_state_machine(stateMachineArn=arn)


@pytest.mark.parametrize(
    ("service", "call", "parameters"),
    [
        (
            "iam",
            "get_service_last_accessed_details_with_entities",
            {"JobId": "x" * 36, "ServiceNamespace": "s3"},
        ),
        ("sns", "get_data_protection_policy", {"ResourceArn": "arn:aws:sns:us-east-1:123456789012:x"}),
        ("dynamodb", "list_contributor_insights", {}),
    ],
)
def test_an_operation_moto_lacks_is_refused_by_name(
    twin: RunningTwin, service: str, call: str, parameters: dict[str, Any]
) -> None:
    with pytest.raises(ClientError, match=f"the twin does not implement {service} "):
        getattr(twin.client(service), call)(**parameters)


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"[]", "Serialization"), (b"{", "Serialization"), (b"null", "Serialization"), (b"{}", "Validation"),
     (b'{"TableName": 1, "Item": []}', "")],
)  # fmt: skip
def test_a_body_that_breaks_the_model_is_its_senders_fault_at_moto_too(
    twin: RunningTwin, body: bytes, code: str
) -> None:
    reply = ask(
        twin.twin.port, "POST", "/", signed("dynamodb", X_Amz_Target="DynamoDB_20120810.PutItem"), body
    )

    assert reply.status == 400
    assert code in reply.headers["x-amzn-errortype"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["reset", "reset-auth", "data.json", "seed?a=1", "state-manager/x"])
def test_motos_own_api_which_knows_half_of_the_world_is_refused(
    twin: RunningTwin, method: str, path: str
) -> None:
    twin.client("s3").create_bucket(Bucket="kept")
    reply = ask(twin.twin.port, method, f"/moto-api/{path}")

    assert reply.status == 403
    assert "greenshift twin stop" in reply.json["error"]
    ask(twin.twin.port, method, f"/moto-api/{path}", signed("s3"))
    assert "kept" in [each["Name"] for each in twin.client("s3").list_buckets()["Buckets"]]


@pytest.mark.parametrize("name", ["moto-api", "moto-api-things", "latest"])
def test_a_bucket_may_have_a_name_that_moto_uses_itself(twin: RunningTwin, name: str) -> None:
    s3 = twin.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="meta-data/k", Body=b"mine")

    assert s3.get_object(Bucket=name, Key="meta-data/k")["Body"].read() == b"mine"
