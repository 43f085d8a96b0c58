"""One world, whatever protocol a client speaks: what one writes, the others read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError

from greenshift.testing import RunningTwin, start_twin

PROTOCOLS = {"json": "json", "query": "query", "cbor": "smithy-rpc-v2-cbor"}
CBOR = ["codebuild", "codeconnections", "codedeploy", "codepipeline"]


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    """Time stands still: no alarm is judged between two looks at it, however slow the machine."""
    with start_twin(clock="manual", services={"cloudwatch", *CBOR}) as running:
        yield running


def speaking(twin: RunningTwin, service: str, protocol: str) -> Any:
    """A client of botocore's whose model names one protocol only, so that it speaks no other."""
    session = botocore.session.Session()
    session.set_credentials("test", "test")
    loader = session.get_component("data_loader")
    model = loader.load_service_model(service, "service-2")
    model["metadata"].update(protocols=[protocol], protocol=protocol)
    return session.create_client(service, region_name=twin.region, endpoint_url=twin.endpoint)


@pytest.fixture(params=sorted(PROTOCOLS))
def cloudwatch(twin: RunningTwin, request: pytest.FixtureRequest) -> Iterator[Any]:
    client = speaking(twin, "cloudwatch", PROTOCOLS[request.param])
    yield client
    client.close()


def test_an_alarm_is_the_same_in_every_protocol(twin: RunningTwin, cloudwatch: Any) -> None:
    metric = {"Namespace": "Shop", "MetricName": "Errors", "Dimensions": [{"Name": "of", "Value": "a & <b>"}]}
    summed = {"Metric": metric, "Period": 60, "Stat": "Sum"}
    cloudwatch.put_metric_alarm(
        AlarmName="spoken", ActionsEnabled=False, ComparisonOperator="GreaterThanThreshold",
        Threshold=1.5, EvaluationPeriods=2, DatapointsToAlarm=1, TreatMissingData="notBreaching",
        Metrics=[{"Id": "errors", "MetricStat": summed, "ReturnData": True}],
    )  # fmt: skip

    told = cloudwatch.describe_alarms(AlarmNames=["spoken"])["MetricAlarms"][0]
    expected = twin.client("cloudwatch").describe_alarms(AlarmNames=["spoken"])["MetricAlarms"][0]

    assert metric == told["Metrics"][0]["MetricStat"]["Metric"]
    assert (told["ActionsEnabled"], told["Threshold"], told["DatapointsToAlarm"]) == (False, 1.5, 1)
    assert {**expected, **_without_times(told)} == expected


def _without_times(alarm: dict[str, Any]) -> dict[str, Any]:
    """Query tells times in whole milliseconds."""
    return {key: value for key, value in alarm.items() if not isinstance(value, datetime)}


def test_datapoints_put_in_one_protocol_are_read_in_another(twin: RunningTwin, cloudwatch: Any) -> None:
    namespace = f"Shop/{cloudwatch.meta.service_model.metadata['protocol']}"
    now = twin.twin.clock.now()
    cloudwatch.put_metric_data(
        Namespace=namespace,
        MetricData=[{"MetricName": "Sold", "Timestamp": now, "Values": [1.0, 2.0], "Counts": [3.0, 1.0]}],
    )

    for client in (cloudwatch, twin.client("cloudwatch")):
        statistics = client.get_metric_statistics(
            Namespace=namespace, MetricName="Sold", Period=3600, Statistics=["Sum", "SampleCount"],
            StartTime=now - timedelta(hours=1), EndTime=now + timedelta(hours=1),
        )["Datapoints"]  # fmt: skip
        assert [(point["Sum"], point["SampleCount"]) for point in statistics] == [(5.0, 4.0)]


def test_a_refusal_has_one_code_and_status_in_every_protocol(cloudwatch: Any) -> None:
    with pytest.raises(cloudwatch.exceptions.ResourceNotFound) as refused:
        cloudwatch.set_alarm_state(AlarmName="absent", StateValue="OK", StateReason="none")

    assert refused.value.response["Error"]["Code"] == "ResourceNotFound"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_what_is_not_implemented_is_said_in_every_protocol(cloudwatch: Any) -> None:
    with pytest.raises(ClientError, match="the twin does not implement cloudwatch ListMetricStreams"):
        cloudwatch.list_metric_streams()


@pytest.mark.parametrize("service", CBOR)
def test_a_service_whose_model_names_cbor_speaks_it(twin: RunningTwin, service: str) -> None:
    client = speaking(twin, service, PROTOCOLS["cbor"])
    if service == "codeconnections":
        arn = client.create_connection(ConnectionName="c", ProviderType="GitHub")["ConnectionArn"]
        assert arn in [each["ConnectionArn"] for each in client.list_connections()["Connections"]]
        return
    if service == "codedeploy":
        client.create_application(applicationName="spoken", computePlatform="Lambda")
        told = client.get_application(applicationName="spoken")["application"]
        expected = twin.client("codedeploy").get_application(applicationName="spoken")["application"]
        assert expected == told
        return
    operation = {"codebuild": "list_projects", "codepipeline": "list_pipelines"}[service]
    assert getattr(client, operation)()["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("body", [b"\xff\xff", b"\x01", b"\x80", b"\xd8\x1c\x81\xd8\x1d\x00", b"\x9f" * 5000])
def test_a_body_that_is_no_cbor_map_is_the_clients_fault(twin: RunningTwin, body: bytes) -> None:
    client = speaking(twin, "codebuild", PROTOCOLS["cbor"])

    def replace(request: Any, **_: Any) -> None:
        request.data = body

    client.meta.events.register("before-sign.codebuild.ListProjects", replace)
    with pytest.raises(ClientError) as refused:
        client.list_projects()

    assert refused.value.response["Error"]["Code"] == "SerializationException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
