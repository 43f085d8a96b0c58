"""A real Pulumi program, over Pulumi's own protocol, through its whole life on a real twin."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.engine import StepDone
from greenshift.engine.properties import assets

BUCKET_AND_GROUP = """
    config = pulumi.Config()
    bucket = aws.s3.Bucket("artifacts", bucket=config.require("bucket"), force_destroy=True,
                           tags={"team": config.require("team")})
    aws.s3.BucketVersioning("versions", bucket=bucket.bucket, versioning_configuration={"status": "Enabled"})
    aws.cloudwatch.LogGroup("logs", name="/life/logs", retention_in_days=int(config.require("days")))
    pulumi.export("arn", bucket.arn)
    pulumi.export("account", aws.get_caller_identity().account_id)
    pulumi.export("region", aws.get_region().region)
"""


@pytest.fixture
def life(stack: Any) -> Any:
    stack.config = {"shop:bucket": "life-one", "shop:team": "red", "shop:days": "7"}
    stack.program(BUCKET_AND_GROUP)
    yield stack
    stack.destroy()


def test_up_creates_what_the_program_says_and_a_second_one_changes_nothing(life: Any) -> None:
    result = life.up()

    assert result.changes == {"create": 4}  # three resources and the stack
    assert {key: output.value for key, output in result.outputs.items()} == {
        "arn": "arn:aws:s3:::life-one",
        "account": life.twin.account,
        "region": "us-east-1",
    }
    assert life.twin.client("s3").get_bucket_versioning(Bucket="life-one")["Status"] == "Enabled"
    assert life.engine().outputs()["arn"].value == "arn:aws:s3:::life-one"

    before = life.state_path.read_bytes()
    assert life.up().changes == {"same": 4}
    assert life.state_path.read_bytes() == before


def test_preview_says_what_up_will_do_and_does_nothing(life: Any) -> None:
    preview = life.preview()

    assert preview.changes == {"create": 4}
    assert not preview.outputs["arn"].known
    assert "life-one" not in [b["Name"] for b in life.twin.client("s3").list_buckets()["Buckets"]]
    assert not life.state_path.exists()


def test_a_changed_property_is_an_update_in_place(life: Any) -> None:
    life.up()
    life.config["shop:team"] = "blue"

    preview = life.preview()
    assert [(step.op, step.name, [c.path for c in step.changes]) for step in preview.steps] == [
        ("update", "artifacts", ["tags.team"])
    ]
    assert preview.outputs["arn"].known  # an update leaves the ARN as it is
    result = life.up()

    assert result.changes == {"same": 3, "update": 1}
    tags = life.twin.client("s3").get_bucket_tagging(Bucket="life-one")["TagSet"]
    assert tags == [{"Key": "team", "Value": "blue"}]


def test_a_changed_name_replaces_the_resource_and_what_hangs_on_it(life: Any) -> None:
    life.up()
    life.config["shop:bucket"] = "life-two"

    preview = life.preview()
    result = life.up()

    assert preview.changes == result.changes == {"same": 2, "replace": 2}
    names = [bucket["Name"] for bucket in life.twin.client("s3").list_buckets()["Buckets"]]
    assert "life-two" in names
    assert "life-one" not in names
    assert life.twin.client("s3").get_bucket_versioning(Bucket="life-two")["Status"] == "Enabled"
    assert life.up().changes == {"same": 4}


def test_a_resource_no_longer_in_the_program_is_deleted(life: Any) -> None:
    life.up()
    life.program(BUCKET_AND_GROUP.replace("aws.cloudwatch.LogGroup", "(lambda *a, **k: None)"))

    assert life.preview().changes == {"same": 3, "delete": 1}
    result = life.up()

    assert result.changes == {"same": 3, "delete": 1}
    groups = life.twin.client("logs").describe_log_groups(logGroupNamePrefix="/life/")["logGroups"]
    assert groups == []


def test_destroy_deletes_everything_even_a_full_bucket(life: Any) -> None:
    life.up()
    s3 = life.twin.client("s3")
    for body in (b"1", b"2"):
        s3.put_object(Bucket="life-one", Key="a/b+c d.zip", Body=body)
    s3.delete_object(Bucket="life-one", Key="a/b+c d.zip")

    result = life.destroy()

    assert result.changes == {"delete": 4}
    with pytest.raises(ClientError):
        s3.head_bucket(Bucket="life-one")
    assert life.destroy().changes == {}


def test_what_needs_another_is_deleted_before_it(life: Any) -> None:
    life.up()

    life.destroy()

    order = [event.step.name for event in life.events if isinstance(event, StepDone)]
    assert order.index("versions") < order.index("artifacts") < order.index("shop-local")


def test_components_and_their_outputs_are_in_the_state(stack: Any) -> None:
    stack.program(
        """
        class Store(pulumi.ComponentResource):
            def __init__(self, name):
                super().__init__("shop:index:Store", name)
                options = pulumi.ResourceOptions(parent=self)
                self.topic = aws.sns.Topic("inner", name="component-topic", opts=options)
                self.register_outputs({"arn": self.topic.arn})
        pulumi.export("arn", Store("store").topic.arn)
        """
    )

    assert stack.up().changes == {"create": 3}
    assert stack.up().changes == {"same": 3}
    state = json.loads(stack.state_path.read_text())["deployment"]["resources"]
    topic = next(item for item in state if item["type"] == "aws:sns/topic:Topic")
    assert topic["urn"] == "urn:pulumi:local::shop::shop:index:Store$aws:sns/topic:Topic::inner"
    store = next(item for item in state if item["type"] == "shop:index:Store")
    assert store["outputs"] == {"arn": topic["id"]}
    assert topic["parent"] == store["urn"]
    stack.destroy()


def test_ignored_properties_keep_what_others_made_of_them(stack: Any) -> None:
    """Also when another property of the same alarm is updated: PutMetricAlarm replaces everything."""
    program = """
        config = pulumi.Config()
        aws.cloudwatch.MetricAlarm("errors", name="ignored", comparison_operator="GreaterThanThreshold",
            threshold=float(config.require("threshold")), evaluation_periods=1,
            metric_queries=[{"id": "errors", "return_data": True, "metric": {"namespace": "AWS/Lambda",
                "metric_name": "Errors", "period": 60, "stat": "Sum",
                "dimensions": {"ExecutedVersion": config.require("version")}}}],
            opts=pulumi.ResourceOptions(ignore_changes=["metric_queries"]))
    """
    stack.program(program)
    stack.config = {"shop:threshold": "5", "shop:version": "1"}
    stack.up()
    cloudwatch = stack.twin.client("cloudwatch")
    alarm = cloudwatch.describe_alarms(AlarmNames=["ignored"])["MetricAlarms"][0]
    alarm["Metrics"][0]["MetricStat"]["Metric"]["Dimensions"][0]["Value"] = "2"
    members = cloudwatch.meta.service_model.operation_model("PutMetricAlarm").input_shape.members
    cloudwatch.put_metric_alarm(**{key: value for key, value in alarm.items() if key in members and value})

    stack.config["shop:version"] = "3"
    assert stack.up().changes == {"same": 2}
    stack.config["shop:threshold"] = "9"
    assert stack.up().changes == {"same": 1, "update": 1}

    after = cloudwatch.describe_alarms(AlarmNames=["ignored"])["MetricAlarms"][0]
    assert after["Threshold"] == 9
    assert after["Metrics"][0]["MetricStat"]["Metric"]["Dimensions"][0]["Value"] == "2"
    stack.destroy()


def test_an_alarm_of_an_older_stack_gets_the_new_expression_and_keeps_its_version_until_then(
    stack: Any,
) -> None:
    """As our component declares it: the version of each metric is ignored, the rest is not."""
    stack.program(
        """
        from greenshift.components.alarm import metric_queries
        from greenshift.components.error_alarm import RELEASED_ALARM
        config = pulumi.Config()
        queries = metric_queries("pay", version=config.require("version"), period=60,
            minimum_calls=int(config.require("least")))
        if config.require("least") == "1":  # what an older Greenshift made
            queries[0]["expression"] = "100 * errors / invocations"
        aws.cloudwatch.MetricAlarm("errors", name="grown", comparison_operator="GreaterThanThreshold",
            threshold=5, evaluation_periods=1, metric_queries=queries,
            opts=pulumi.ResourceOptions(ignore_changes=RELEASED_ALARM))
        """
    )

    def expression_and_versions() -> tuple[str, list[str]]:
        found = stack.twin.client("cloudwatch").describe_alarms(AlarmNames=["grown"])["MetricAlarms"][0]
        rate, *metrics = found["Metrics"]
        dimensions = [each for query in metrics for each in query["MetricStat"]["Metric"]["Dimensions"]]
        return rate["Expression"], [d["Value"] for d in dimensions if d["Name"] == "ExecutedVersion"]

    stack.config = {"shop:version": "1", "shop:least": "1"}
    stack.up()
    stack.config["shop:version"] = "3"
    assert stack.up().changes == {"same": 2}, "another version is no change"
    stack.config["shop:least"] = "20"

    assert stack.up().changes == {"same": 1, "update": 1}

    told = "IF(invocations > 20, 100 * errors / invocations, 100 * errors / 20)"
    assert expression_and_versions() == (told, ["1", "1"])
    stack.destroy()


FUNCTION = """
        service = {"Service": "lambda.amazonaws.com"}
        statement = {"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        role = aws.iam.Role("role", name="fn-role", assume_role_policy=trust)
        function = dict(role=role.arn, runtime="python3.13", handler="app.handler", publish=True,
            code=pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(e, c): return 1")}))
"""


def asset_zip(text: str) -> bytes:
    return assets.archive_bytes(assets.archive(None, {"app.py": assets.asset(text, None)}))


def test_a_release_moves_an_alias_and_the_next_up_leaves_it_there(stack: Any) -> None:
    stack.program(
        FUNCTION
        + """
        fn = aws.lambda_.Function("fn", name="moved", **function,
            memory_size=int(pulumi.Config().require("memory")),
            opts=pulumi.ResourceOptions(ignore_changes=["code"]))
        aws.lambda_.Alias("live", name="live", function_name=fn.name, function_version=fn.version,
            opts=pulumi.ResourceOptions(ignore_changes=["function_version", "routing_config"]))
        """
    )
    stack.config = {"shop:memory": "128"}
    stack.up()
    client = stack.twin.client("lambda")
    package = asset_zip("def handler(e, c): return 2")
    client.update_function_code(FunctionName="moved", ZipFile=package)
    client.get_waiter("function_updated_v2").wait(FunctionName="moved", WaiterConfig={"Delay": 1})
    version = client.publish_version(FunctionName="moved")["Version"]
    client.update_alias(FunctionName="moved", Name="live", FunctionVersion=version)

    assert stack.up().changes == {"same": 4}
    stack.config["shop:memory"] = "256"
    assert stack.up().changes == {"same": 3, "update": 1}

    assert client.get_alias(FunctionName="moved", Name="live")["FunctionVersion"] == version == "2"
    stack.destroy()


def test_any_change_of_an_alias_in_place_sends_its_version_and_weights_along_as_on_aws(stack: Any) -> None:
    """terraform-provider-aws does so (`resourceAliasUpdate`): what a release moved comes back."""
    stack.program(
        FUNCTION
        + """
        fn = aws.lambda_.Function("fn", name="sent", **function)
        aws.lambda_.Alias("live", name="live", function_name=fn.name, function_version=fn.version,
            description=pulumi.Config().require("description"),
            opts=pulumi.ResourceOptions(ignore_changes=["function_version", "routing_config"]))
        """
    )
    stack.config = {"shop:description": "one"}
    stack.up()
    client = stack.twin.client("lambda")
    client.update_function_code(FunctionName="sent", ZipFile=asset_zip("def handler(e, c): return 2"))
    client.get_waiter("function_updated_v2").wait(FunctionName="sent", WaiterConfig={"Delay": 1})
    client.publish_version(FunctionName="sent")
    weights = {"AdditionalVersionWeights": {"1": 0.5}}
    client.update_alias(FunctionName="sent", Name="live", FunctionVersion="2", RoutingConfig=weights)

    stack.config["shop:description"] = "two"
    stack.up()

    alias = client.get_alias(FunctionName="sent", Name="live")
    assert (alias["Description"], alias["FunctionVersion"]) == ("two", "1")
    assert "RoutingConfig" not in alias
    stack.destroy()


def test_replacing_a_function_makes_its_alias_and_permission_again(stack: Any) -> None:
    """AWS deletes both with the function; a diff of their own inputs would not see it."""
    program = (
        FUNCTION
        + """
        fn = aws.lambda_.Function("fn", name="again", **function,
            description=pulumi.Config().require("description"),
            opts=pulumi.ResourceOptions(replace_on_changes=["description"]))
        aws.lambda_.Alias("live", name="live", function_name=fn.name, function_version=fn.version)
        aws.lambda_.Permission("permission", statement_id="rule", action="lambda:InvokeFunction",
            function=fn.name, principal="events.amazonaws.com")
        """
    )
    stack.program(program)
    stack.config = {"shop:description": "one"}
    stack.up()
    stack.config["shop:description"] = "two"

    preview = stack.preview()
    result = stack.up()

    assert preview.changes == result.changes == {"same": 2, "replace": 3}
    client = stack.twin.client("lambda")
    assert client.get_alias(FunctionName="again", Name="live")["FunctionVersion"] == "1"
    assert "rule" in client.get_policy(FunctionName="again")["Policy"]
    assert stack.up().changes == {"same": 5}
    stack.destroy()


def test_a_resource_without_a_name_gets_one_and_keeps_it(stack: Any) -> None:
    stack.program(
        'pulumi.export("name", aws.sns.Topic("alerts", display_name=pulumi.Config().get("say")).name)'
    )
    stack.config = {"shop:say": "one"}
    first = stack.up().outputs["name"].value
    stack.config["shop:say"] = "two"
    second = stack.up()

    assert isinstance(first, str)
    assert first.startswith("alerts-")
    assert len(first) == len("alerts-") + 7
    assert second.outputs["name"].value == first
    assert second.changes == {"same": 1, "update": 1}
    stack.destroy()


def test_a_renamed_resource_with_an_alias_is_not_replaced(stack: Any) -> None:
    stack.program('aws.sns.Topic("old", name="aliased")')
    stack.up()
    stack.program(
        'options = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")])\n'
        'aws.sns.Topic("new", name="aliased", opts=options)'
    )

    assert stack.preview().changes == {"same": 2}
    assert stack.up().changes == {"same": 2}
    stack.destroy()


def test_retained_resources_leave_the_state_but_stay(stack: Any) -> None:
    stack.program('aws.sns.Topic("kept", name="kept", opts=pulumi.ResourceOptions(retain_on_delete=True))')
    stack.up()

    stack.destroy()

    topics = [topic["TopicArn"] for topic in stack.twin.client("sns").list_topics()["Topics"]]
    assert any(arn.endswith(":kept") for arn in topics)
    assert json.loads(stack.state_path.read_text())["deployment"]["resources"] == []
    stack.twin.client("sns").delete_topic(TopicArn=next(arn for arn in topics if arn.endswith(":kept")))


def test_the_state_of_another_twin_is_a_fresh_start(stack: Any) -> None:
    stack.program('aws.sns.Topic("topic", name="fresh")')
    stack.up()
    stack.instance = "instance-2"

    assert stack.preview().changes == {"create": 2}
    assert stack.up().changes == {"create": 2}
    assert (stack.state_path.parent / "local.json.bak").exists()
    stack.destroy()


def test_the_program_sees_its_configuration_and_environment(stack: Any) -> None:
    stack.config = {"shop:list": '["a", "b"]', "aws:region": "us-east-1"}
    stack.program(
        """
        import os
        pulumi.export("list", pulumi.Config().require_object("list"))
        pulumi.export("names", [pulumi.get_project(), pulumi.get_stack()])
        pulumi.export("variable", os.environ["SHOP_VARIABLE"])
        print("from the program")
        """
    )

    result = stack.engine(environment={"SHOP_VARIABLE": "there"}).up()

    assert result.outputs["list"].value == ["a", "b"]
    assert result.outputs["names"].value == ["shop", "local"]
    assert result.outputs["variable"].value == "there"
    assert "from the program" in [getattr(event, "message", "") for event in stack.events]
    stack.destroy()


def test_what_is_replaced_takes_all_inputs_of_the_program_also_those_it_ignores_else(stack: Any) -> None:
    """As Pulumi's engine: the inputs of a replacement are checked as those of a new resource."""
    program = """
        aws.sns.Topic("t", name="{name}", display_name="{display}",
            opts=pulumi.ResourceOptions(ignore_changes=["display_name"]))
        """

    def shown(name: str) -> str:
        arn = f"arn:aws:sns:us-east-1:{stack.twin.account}:{name}"
        attributes = stack.twin.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
        return str(attributes["DisplayName"])

    stack.program(program.format(name="taken-1", display="one"))
    stack.up()
    stack.program(program.format(name="taken-1", display="two"))
    assert stack.up().changes == {"same": 2}
    assert shown("taken-1") == "one"
    stack.program(program.format(name="taken-2", display="two"))
    assert stack.up().changes == {"same": 1, "replace": 1}
    assert shown("taken-2") == "two"
    stack.destroy()
