"""A secret is sealed in the state, masked in every event and message, and whole where AWS needs it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenshift.engine import Engine, Program, StateFile, Target, plan_line, progress_line
from greenshift.errors import EngineError

PROGRAM = """
    config = pulumi.Config()
    topic = aws.sns.Topic("topic", name="secretive", display_name=config.require_secret("password"))
    options = pulumi.ResourceOptions(additional_secret_outputs=["arn"])
    marked = aws.sns.Topic("marked", name="marked", opts=options)
    print("password is", config.require("password"))
    pulumi.export("password", topic.display_name)
    pulumi.export("arn", marked.arn)
    pulumi.export("open", "for all to see")
"""


@pytest.fixture
def secretive(stack: Any) -> Any:
    stack.config = {"shop:password": "hunter2-one"}
    stack.secret_keys = frozenset({"shop:password"})
    stack.program(PROGRAM)
    yield stack
    stack.destroy()


def everything_said(stack: Any) -> str:
    return "\n".join(f"{event!r} {plan_line(event)} {progress_line(event)}" for event in stack.events)


def test_secrets_are_sealed_at_rest_and_masked_in_events(secretive: Any) -> None:
    secretive.up()
    said = everything_said(secretive)
    secretive.config["shop:password"] = "hunter2-two"
    preview = secretive.preview()
    said += everything_said(secretive) + repr(preview)
    result = secretive.up()
    said += everything_said(secretive) + repr(result)

    assert "hunter2" not in said
    assert "password is [secret]" in said
    assert "~ displayName: [secret] => [secret]" in said
    assert all("hunter2" not in path.read_text() for path in secretive.state_path.parent.iterdir())
    assert result.outputs["password"].value == "hunter2-two"
    assert {key: output.secret for key, output in result.outputs.items()} == {
        "password": True,
        "arn": True,
        "open": False,
    }
    arn = result.outputs["arn"].value
    attributes = secretive.twin.client("sns").get_topic_attributes(
        TopicArn=arn.replace("marked", "secretive")
    )
    assert attributes["Attributes"]["DisplayName"] == "hunter2-two"


def test_the_state_is_in_pulumis_own_passphrase_format(secretive: Any) -> None:
    secretive.up()

    deployment = json.loads(secretive.state_path.read_text())["deployment"]
    assert deployment["secrets_providers"]["type"] == "passphrase"
    assert deployment["secrets_providers"]["state"]["salt"].startswith("v1:")
    topic = next(
        item
        for item in deployment["resources"]
        if item["id" if "id" in item else "urn"].endswith(":secretive")
    )
    assert (
        topic["inputs"]["displayName"]["4dabf18193072939515e22adb298388d"]
        == "1b47061264138c4ac30d75fd1eb44270"
    )


def test_a_wrong_passphrase_is_one_clear_error(secretive: Any) -> None:
    secretive.up()
    wrong = Engine(
        Program(secretive.directory, "shop", "local", secretive.config),
        Target(secretive.twin.endpoint, "us-east-1", secretive.instance),
        StateFile(secretive.state_path),
        lambda event: None,
        "battery staple",
    )

    with pytest.raises(EngineError, match="the passphrase does not open this stack's state"):
        wrong.preview()


def test_a_secret_in_an_error_of_aws_is_masked(stack: Any) -> None:
    stack.program(
        """
        aws.lambda_.Permission("p", action="lambda:InvokeFunction", principal="sns.amazonaws.com",
            function=pulumi.Output.secret("not a valid name: hunter2"))
        """
    )

    with pytest.raises(EngineError) as caught:
        stack.up()
    assert "hunter2" not in caught.value.message
    assert "hunter2" not in everything_said(stack)
    stack.destroy()
