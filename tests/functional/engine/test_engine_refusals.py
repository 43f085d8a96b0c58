"""What the engine cannot do it refuses by name; what a program does wrong comes back as one clear error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from greenshift.engine import Diagnostic, ProgramError
from greenshift.engine.aws.provider import AwsProvider
from greenshift.engine.properties.values import Value
from greenshift.engine.provider import Found
from greenshift.errors import EngineError


def failure(stack: Any, program: str, command: str = "up") -> EngineError:
    stack.program(program)
    with pytest.raises(EngineError) as caught:
        getattr(stack.engine(), command)()
    return caught.value


@pytest.mark.parametrize("command", ["preview", "up"])
def test_an_unsupported_type_is_named(stack: Any, command: str) -> None:
    error = failure(stack, 'aws.athena.Workgroup("jobs")', command)

    assert error.message == "resource type aws:athena/workgroup:Workgroup is not supported by this engine"


def test_an_unsupported_property_is_named(stack: Any) -> None:
    error = failure(stack, 'aws.sns.Topic("alerts", name="x", maximum_message_size=1024)', "preview")

    assert "alerts (aws:sns/topic:Topic): property maximumMessageSize is not supported" in error.message


def test_an_unsupported_invoke_is_named(stack: Any) -> None:
    error = failure(stack, "aws.get_ip_ranges(services=['s3'])")

    assert "invoke aws:index/getIpRanges:getIpRanges is not supported" in error.message


def test_a_reference_to_a_stack_that_is_not_there_is_refused(stack: Any) -> None:
    error = failure(stack, 'pulumi.StackReference("org/other/dev")')

    assert "StackReference (org/other/dev): there is no local stack 'dev' on this twin" in error.message


def test_another_region_is_refused(stack: Any) -> None:
    error = failure(stack, 'aws.sns.Topic("far", name="far", region="eu-west-1")')

    assert "region eu-west-1 is not that of the target (us-east-1)" in error.message


def test_one_name_twice_is_refused(stack: Any) -> None:
    error = failure(stack, 'aws.sns.Topic("t", name="a")\naws.sns.Topic("t", name="b")', "preview")

    assert error.message == "t (aws:sns/topic:Topic) is declared twice"


def test_a_program_that_exits_with_an_error_deletes_nothing(stack: Any) -> None:
    stack.program('aws.sns.Topic("kept", name="kept-after-error")')
    stack.up()
    error = failure(stack, "raise SystemExit(3)")

    assert error.message == "the program failed: the program called sys.exit(3)"
    arns = [topic["TopicArn"] for topic in stack.twin.client("sns").list_topics()["Topics"]]
    assert any(arn.endswith("kept-after-error") for arn in arns)
    stack.destroy()


def test_what_aws_refuses_is_told_with_resource_and_operation(stack: Any) -> None:
    stack.twin.client("logs").create_log_group(logGroupName="/taken")
    error = failure(stack, 'aws.cloudwatch.LogGroup("logs", name="/taken")')

    where = "logs (aws:cloudwatch/logGroup:LogGroup): create failed: "
    assert error.message.startswith(where + "CreateLogGroup: ResourceAlreadyExistsException")
    assert stack.destroy().changes == {"delete": 1}  # the stack alone: what belongs to others stays
    assert stack.twin.client("logs").describe_log_groups(logGroupNamePrefix="/taken")["logGroups"]
    stack.twin.client("logs").delete_log_group(logGroupName="/taken")


def test_a_failing_program_shows_the_users_own_lines(stack: Any) -> None:
    (stack.directory / "shop_parts.py").write_text("def price():\n    return 1 / 0\n")
    error = failure(stack, "import shop_parts\n\nshop_parts.price()\n")

    assert error.message == (
        "the program failed: ZeroDivisionError: division by zero (at shop_parts.py:2: return 1 / 0)"
    )
    lines = [event.message.strip() for event in stack.events if isinstance(event, Diagnostic)]
    assert lines == ["at __main__.py:4: shop_parts.price()", "at shop_parts.py:2: return 1 / 0"]


def test_a_failing_apply_shows_the_users_own_line(stack: Any) -> None:
    error = failure(
        stack, 'topic = aws.sns.Topic("t", name="applied")\ntopic.arn.apply(lambda arn: arn.nothing)'
    )

    assert "AttributeError: 'str' object has no attribute 'nothing'" in error.message
    assert "__main__.py:3" in error.message
    stack.destroy()


def test_a_syntax_error_shows_its_line(stack: Any) -> None:
    error = failure(stack, "topic = = 1")

    assert "SyntaxError" in error.message
    assert "__main__.py:2" in error.message


def test_an_error_of_ours_arrives_as_it_was_raised(stack: Any) -> None:
    program = """
        from greenshift.errors import SettingsError
        raise SettingsError("shop:speed", 0, "a number above 0", hint="set it to 60")
    """
    error = failure(stack, program)

    assert isinstance(error, ProgramError)
    assert (error.message, error.hint, error.exit_code) == (
        "shop:speed: 0 is not allowed; a number above 0",
        "set it to 60",
        2,
    )


def test_a_program_that_dies_without_a_word_is_reported(stack: Any) -> None:
    error = failure(stack, 'import os, sys\nprint("last words", file=sys.stderr, flush=True)\nos._exit(9)')

    assert "ended with code 9" in error.message
    assert "last words" in error.message


def test_a_folder_without_a_program_is_named(stack: Any) -> None:
    with pytest.raises(EngineError, match=r"there is no __main__\.py in"):
        stack.up()


def test_a_bug_of_ours_keeps_its_traceback(stack: Any) -> None:
    class Broken(AwsProvider):
        def create(self, type_: str, inputs: Mapping[str, Value]) -> Found:
            raise RuntimeError("a bug")

    stack.program('aws.sns.Topic("t", name="t")')
    with pytest.raises(RuntimeError, match="a bug"):
        stack.engine(provider=Broken(stack.twin.endpoint, stack.twin.region)).up()
    stack.destroy()


def test_protect_refuses_a_destroy_before_anything_is_deleted(stack: Any) -> None:
    stack.program(
        """
        aws.sns.Topic("first", name="first")
        aws.sns.Topic("safe", name="safe", opts=pulumi.ResourceOptions(protect=True))
        """
    )
    stack.up()

    with pytest.raises(EngineError, match=r"safe \(aws:sns/topic:Topic\) is protected"):
        stack.destroy()
    names = {
        topic["TopicArn"].rsplit(":", 1)[1] for topic in stack.twin.client("sns").list_topics()["Topics"]
    }
    assert {"first", "safe"} <= names

    stack.program('aws.sns.Topic("first", name="first")')
    with pytest.raises(EngineError, match="is protected"):
        stack.up()
    stack.program('aws.sns.Topic("first", name="first")\naws.sns.Topic("safe", name="other")')
    with pytest.raises(EngineError, match="is protected"):
        stack.up()

    stack.program('aws.sns.Topic("first", name="first")\naws.sns.Topic("safe", name="safe")')
    stack.up()
    assert stack.destroy().changes == {"delete": 3}
