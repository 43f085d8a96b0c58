"""The programs of the pages about what feeds a function, as one program: it comes up, and feeds the alias."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from greenshift.engine import Engine, Program, StateFile, Target
from greenshift.settings import load_project
from greenshift.testing import RunningTwin

PAGES = Path(__file__).parents[3] / "docs" / "how-to"
NAMES = ("add-an-api", "feed-from-a-queue", "feed-from-a-stream", "run-on-a-schedule", "grants")
PROJECT = """
name: pages
runtime: python
config:
  greenshift:source: {value: {repository: acme/pages}}
  greenshift:functions: {value: {charge: {}}}
"""
ALIAS = "arn:aws:lambda:us-east-1:123456789012:function:pages-local-charge:live"


def blocks(name: str) -> list[str]:
    text = (PAGES / f"{name}.md").read_text()
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.fixture
def engine(twin: RunningTwin, tmp_path: Path) -> Engine:
    head, *_ = blocks(NAMES[0])
    assert {blocks(name)[0] for name in NAMES} == {head}, "every page begins with the same program"
    (tmp_path / "functions" / "charge").mkdir(parents=True)
    (tmp_path / "functions" / "charge" / "handler.py").write_text("def handler(event, context): ...\n")
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    program = "\n".join([head, *(block for name in NAMES for block in blocks(name)[1:])])
    (tmp_path / "__main__.py").write_text(program)
    project = load_project(tmp_path, "local")
    return Engine(
        Program(tmp_path, project.name, "local", project.config),
        Target(twin.endpoint, twin.region, "one"),
        StateFile(tmp_path / "state.json"),
        lambda event: None,
        "correct horse",
    )


def test_the_programs_of_the_pages_come_up_and_whatever_feeds_a_function_feeds_its_alias(
    twin: RunningTwin, engine: Engine
) -> None:
    outputs = engine.up().outputs

    mappings = twin.client("lambda").list_event_source_mappings(FunctionName=ALIAS)["EventSourceMappings"]
    assert sorted(each["EventSourceArn"].split(":")[2] for each in mappings) == ["dynamodb", "sqs"]
    schedule = twin.client("scheduler").get_schedule(Name="pages-local-nightly")
    assert schedule["Target"]["Arn"] == ALIAS
    assert schedule["ScheduleExpressionTimezone"] == "Europe/Berlin"
    (api,) = (
        each for each in twin.client("apigatewayv2").get_apis()["Items"] if each["Name"].startswith("pages")
    )
    (integration,) = twin.client("apigatewayv2").get_integrations(ApiId=api["ApiId"])["Items"]
    assert f"{ALIAS}/invocations" in integration["IntegrationUri"]
    assert f"http://{api['ApiId']}.execute-api.localhost:" in str(outputs["api"].value)
    policy = twin.client("lambda").get_policy(FunctionName="pages-local-charge", Qualifier="live")["Policy"]
    statements = json.loads(policy)["Statement"]
    callers = {value for each in statements for value in each["Principal"].values()}
    assert callers == {
        "apigateway.amazonaws.com",
        "events.amazonaws.com",
        "arn:aws:iam::210987654321:root",
    }
    rules = [each["Condition"]["ArnLike"]["AWS:SourceArn"] for each in statements if "events" in str(each)]
    assert [rule.rpartition("/")[2].startswith("paid") for rule in rules] == [True]
    role = twin.client("lambda").get_function_configuration(FunctionName="pages-local-charge")["Role"]
    attached = twin.client("iam").list_attached_role_policies(RoleName=role.rpartition("/")[2])
    assert "may-read-prices" in str(attached["AttachedPolicies"])
    engine.destroy()
    assert not engine.snapshot().resources
