"""What the twin does not have stops nothing: it is in the state alone, is told, and others depend on it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from greenshift.engine import Diagnostic, StepPlanned, plan_line
from greenshift.errors import EngineError

SITE = """
    site = aws.cloudfront.OriginAccessControl("site", origin_access_control_origin_type="s3",
        signing_behavior="always", signing_protocol="{protocol}")
    group = aws.athena.Workgroup("reports", tags={{"a": "b"}})
    parameter = aws.ssm.Parameter("where", name="/where", type="String", value=group.arn)
    zone = pulumi.CustomResource("dns:index/zone:Zone", "zone", {{"domain": "shop.example"}})
    aws.sns.Topic("told", name="told", maximum_message_size=1024)
    pulumi.export("group", group.arn)
    pulumi.export("etag", site.etag)
"""


@pytest.fixture
def lenient(stack: Any) -> Any:
    return replace(stack, stand_ins=True)


def test_what_the_twin_lacks_is_a_stand_in_and_is_told(lenient: Any) -> None:
    lenient.program(SITE.format(protocol="sigv4"))
    lenient.preview()
    lines = [plan_line(event) for event in lenient.events if isinstance(event, StepPlanned)]
    assert sorted(line.split()[-3] for line in lines if line.endswith("(a stand-in)")) == [
        "reports",
        "site",
        "zone",
    ]

    first = lenient.up()
    assert first.stand_ins == (
        "reports (aws:athena/workgroup:Workgroup)",
        "site (aws:cloudfront/originAccessControl:OriginAccessControl)",
        "zone (dns:index/zone:Zone)",
    )
    warnings = [event.message for event in lenient.events if isinstance(event, Diagnostic)]
    assert (
        "told (aws:sns/topic:Topic): the twin has no maximumMessageSize; it is kept, without effect"
        in warnings
    )
    arn = first.outputs["group"].value
    assert str(arn).startswith("arn:aws:athena:us-east-1:123456789012:workgroup/reports-")
    found = lenient.twin.client("ssm").get_parameter(Name="/where")["Parameter"]["Value"]
    assert found == arn

    again = lenient.up()
    assert set(again.changes) == {"same"}
    assert again.stand_ins == first.stand_ins

    lenient.program(SITE.format(protocol="sigv4a"))
    changed = lenient.up()
    assert changed.changes["update"] == 1
    assert changed.outputs["group"].value == arn
    lenient.destroy()
    assert not lenient.engine().snapshot().resources


def test_strict_refuses_it_and_a_later_version_makes_it_for_real(lenient: Any, stack: Any) -> None:
    lenient.program('aws.athena.Workgroup("reports")')
    lenient.up()
    with pytest.raises(EngineError, match="athena/workgroup:Workgroup is not supported"):
        stack.up()
    lenient.destroy()

    lenient.program('aws.sqs.Queue("jobs", name="jobs")')
    lenient.up()
    _as_stand_in(lenient, "jobs")
    lenient.twin.client("sqs").delete_queue(QueueUrl=_url(lenient))
    assert lenient.up().changes["create"] == 1
    assert _url(lenient)
    lenient.destroy()


def _as_stand_in(stack: Any, name: str) -> None:
    """The state as a version that did not know the type left it."""
    document = json.loads(stack.state_path.read_text())
    for resource in document["deployment"]["resources"]:
        if resource["urn"].endswith(f"::{name}"):
            resource["inputs"]["__standIn"] = name
    stack.state_path.write_text(json.dumps(document))


def _url(stack: Any) -> str:
    return str(stack.twin.client("sqs").get_queue_url(QueueName="jobs")["QueueUrl"])


def test_another_local_stack_is_referred_to(stack: Any) -> None:
    network = replace(stack, name="network")
    network.program('pulumi.export("vpc", "vpc-1")\npulumi.export("key", pulumi.Output.secret("hush"))')
    network.up()

    stack.program(
        """
        network = pulumi.StackReference("organization/shop/network")
        pulumi.export("vpc", network.require_output("vpc"))
        pulumi.export("key", network.get_output("key"))
        """
    )
    outputs = stack.up().outputs
    assert outputs["vpc"].value == "vpc-1"
    assert outputs["key"].secret


def test_values_commands_and_archives_need_no_plugin(stack: Any) -> None:
    (stack.directory / "site").mkdir()
    (stack.directory / "site" / "index.html").write_text("hello")
    stack.program(
        """
        class Random(pulumi.CustomResource):
            result: pulumi.Output[str]

        suffix = Random("random:index/randomString:RandomString", "suffix",
            {"length": 8, "upper": False, "special": False, "result": None})
        said = pulumi.CustomResource("command:local:Command", "said",
            {"create": "cat site/index.html; echo made > made.txt", "delete": "rm made.txt", "stdout": None})
        file = pulumi.runtime.invoke("archive:index/getFile:getFile",
            {"type": "zip", "sourceDir": "site", "outputPath": "site.zip"})
        pulumi.export("suffix", pulumi.Output.from_input(suffix).apply(lambda it: it.id))
        pulumi.export("sum", file.value["outputBase64sha256"])
        """
    )
    first = stack.up()
    assert len(str(first.outputs["suffix"].value)) == 8
    assert (stack.directory / "made.txt").exists()
    assert (stack.directory / "site.zip").exists()
    said = [state for state in stack.engine().snapshot().resources.values() if state.name == "said"]
    assert said[0].outputs["stdout"] == "hello"
    again = stack.up()
    assert set(again.changes) == {"same"}
    assert again.outputs["suffix"].value == first.outputs["suffix"].value
    assert again.outputs["sum"].value == first.outputs["sum"].value
    stack.engine().refresh()
    stack.destroy()
    assert not (stack.directory / "made.txt").exists()


def test_data_sources_tell_of_what_is_there(stack: Any) -> None:
    sqs, ssm, secrets = (stack.twin.client(name) for name in ("sqs", "ssm", "secretsmanager"))
    url = sqs.create_queue(QueueName="given", tags={"a": "b"})["QueueUrl"]
    ssm.put_parameter(Name="/given", Type="SecureString", Value="7")
    secrets.create_secret(Name="given", SecretString="hush")
    stack.program(
        """
        queue = aws.sqs.get_queue(name="given")
        limit = aws.ssm.get_parameter(name="/given")
        secret = aws.secretsmanager.get_secret(name="given")
        version = aws.secretsmanager.get_secret_version(secret_id=secret.id)
        zones = aws.get_availability_zones(state="available")
        document = aws.iam.get_policy_document(statements=[{
            "actions": ["sqs:SendMessage", "sqs:GetQueueUrl"], "resources": [queue.arn],
            "principals": [{"type": "Service", "identifiers": ["events.amazonaws.com"]}],
            "conditions": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1"]}]}])
        found = aws.sqs.Queue.get("found", queue.url)
        secret = version.secret_string
        pulumi.export("queue", [queue.url, queue.tags["a"], limit.value, secret, zones.names[0]])
        pulumi.export("document", document.json)
        pulumi.export("found", found.visibility_timeout_seconds)
        """
    )
    outputs = stack.up().outputs
    assert outputs["queue"].value == [url, "b", "7", "hush", "us-east-1a"]
    assert json.loads(str(outputs["document"].value))["Statement"][0]["Action"] == [
        "sqs:SendMessage",
        "sqs:GetQueueUrl",
    ]
    assert outputs["found"].value == 30
    stack.destroy()
    assert sqs.get_queue_url(QueueName="given")["QueueUrl"] == url, "what was only read is nobody's to delete"
