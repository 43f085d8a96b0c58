"""Functions of the program that the engine calls: transforms before a decision, hooks around steps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenshift.engine import Diagnostic
from greenshift.errors import EngineError

TRANSFORMED = """
    def tagged(args):
        if args.type_ == "aws:sns/topic:Topic":
            tags = {**(args.props.get("tags") or {}), "by": "stack"}
            return pulumi.ResourceTransformResult({**args.props, "tags": tags}, args.opts)

    async def protected(args):
        opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(ignore_changes=["displayName"]))
        return pulumi.ResourceTransformResult({**args.props, "displayName": "from the component"}, opts)

    pulumi.runtime.register_resource_transform(tagged)
    parent = pulumi.ComponentResource("x:y:C", "c", opts=pulumi.ResourceOptions(transforms=[protected]))
    t = aws.sns.Topic("t", name="called-t", tags={"own": "yes"}, opts=pulumi.ResourceOptions(parent=parent))
    plain = aws.sns.Topic("plain", name="called-plain")
    pulumi.export("tags", plain.tags)
    pulumi.export("display", t.display_name)
"""


def test_transforms_of_the_stack_and_of_a_component_change_what_is_made(stack: Any) -> None:
    """Row 5."""
    stack.program(TRANSFORMED)
    assert stack.preview().changes == {"create": 4}
    result = stack.up()

    assert result.outputs["tags"].value == {"by": "stack"}
    assert result.outputs["display"].value == "from the component"
    listed = json.loads(stack.state_path.read_text())["deployment"]["resources"]
    topic = next(item for item in listed if item["urn"].endswith("::t"))
    assert topic["inputs"]["tags"] == {"own": "yes", "by": "stack"}
    assert topic["ignoreChanges"] == ["displayName"]
    assert stack.up().changes == {"same": 4}
    stack.destroy()


def test_a_transform_of_calls_changes_their_arguments(stack: Any) -> None:
    stack.program(
        """
        def elsewhere(args):
            if args.token == "aws:index/getRegion:getRegion":
                return pulumi.InvokeTransformResult({**args.args, "region": "nowhere-1"}, args.opts)

        pulumi.runtime.register_invoke_transform(elsewhere)
        pulumi.export("region", aws.get_region_output().region)
        """
    )

    with pytest.raises(EngineError, match="region nowhere-1 is not that of the target"):
        stack.up()
    stack.destroy()


def test_a_failing_transform_ends_the_run_before_anything_is_made(stack: Any) -> None:
    stack.program(
        """
        def failing(args):
            if args.type_ == "aws:sns/topic:Topic":
                raise ValueError("no topics here")

        pulumi.runtime.register_resource_transform(failing)
        aws.sns.Topic("t", name="called-t")
        """
    )

    with pytest.raises(EngineError, match=r"a transform of t \(aws:sns/topic:Topic\) failed: no topics here"):
        stack.up()
    stack.destroy()
    assert "called-t" not in str(stack.twin.client("sns").list_topics())


HOOKED = """
    def said(args):
        new, old = args.new_inputs or {{}}, args.old_inputs or {{}}
        print("hook", args.name, bool(args.id), old.get("displayName"), new.get("displayName"),
              (args.new_outputs or {{}}).get("arn"), flush=True)

    def hook(name):
        def with_name(args):
            print(name, end=" ")
            said(args)
        return pulumi.ResourceHook(name, with_name)

    binding = pulumi.ResourceHookBinding(
        before_create=[hook("before-create")], after_create=[hook("after-create")],
        before_update=[hook("before-update")], after_update=[hook("after-update")],
        before_delete=[hook("before-delete")], after_delete=[hook("after-delete")])
    {topic}
"""
TOPIC = (
    'aws.sns.Topic("t", name="{name}", display_name="{display}", opts=pulumi.ResourceOptions(hooks=binding))'
)


def lines(stack: Any) -> list[str]:
    return [event.message for event in stack.events if isinstance(event, Diagnostic)]


def test_hooks_are_called_around_every_step_with_ids_and_properties(stack: Any) -> None:
    """Row 6."""
    arn = f"arn:aws:sns:us-east-1:{stack.twin.account}:called-t"
    stack.program(HOOKED.format(topic=TOPIC.format(name="called-t", display="one")))
    stack.preview()
    assert lines(stack) == []  # not in a preview, unless a hook says so
    stack.up()
    assert lines(stack) == [
        "before-create hook t False None one None",
        f"after-create hook t True None one {arn}",
    ]

    stack.program(HOOKED.format(topic=TOPIC.format(name="called-t", display="two")))
    stack.up()
    assert lines(stack) == [
        "before-update hook t True one two None",
        f"after-update hook t True one two {arn}",
    ]

    stack.program(HOOKED.format(topic=""))
    assert stack.up().changes == {"same": 1, "delete": 1}
    assert lines(stack) == [
        "before-delete hook t True two None None",
        "after-delete hook t True two None None",
    ]
    stack.destroy()


@pytest.mark.parametrize(("first", "kinds"), [(True, ["delete", "create"]), (False, ["create", "delete"])])
def test_a_replacement_calls_the_delete_hooks_of_the_old_half_in_a_preview_as_in_an_up(
    stack: Any, first: bool, kinds: list[str]
) -> None:
    program = HOOKED.replace("ResourceHook(name, with_name)", "ResourceHook(name, with_name, opts=always)")
    program = "\n    always = pulumi.ResourceHookOptions(on_dry_run=True)" + program
    topic = (
        'aws.sns.Topic("t", name="{name}", '
        f"opts=pulumi.ResourceOptions(hooks=binding, delete_before_replace={first}))"
    )
    stack.program(program.format(topic=topic.format(name="called-one")))
    stack.up()
    stack.program(program.format(topic=topic.format(name="called-two")))
    told = [f"{moment}-{kind}" for kind in kinds for moment in ("before", "after")]

    stack.preview()
    assert [line.split()[0] for line in lines(stack)] == told
    stack.up()
    assert [line.split()[0] for line in lines(stack)] == told

    stack.program(program.format(topic=""))
    stack.up()
    stack.destroy()


def test_a_destroy_without_the_program_names_the_hook_it_cannot_call(stack: Any) -> None:
    stack.program(HOOKED.format(topic=TOPIC.format(name="called-t", display="one")))
    stack.up()

    with pytest.raises(EngineError, match=r"t \(aws:sns/topic:Topic\) has a hook 'before-delete'"):
        stack.destroy()

    stack.program(HOOKED.format(topic=""))
    stack.up()
    stack.destroy()


def test_a_hook_that_fails_before_a_step_stops_it(stack: Any) -> None:
    stack.program(
        """
        def refuse(args):
            raise ValueError("not today")

        hook = pulumi.ResourceHook("refuse", refuse)
        binding = pulumi.ResourceHookBinding(before_create=[hook])
        aws.sns.Topic("t", name="called-t", opts=pulumi.ResourceOptions(hooks=binding))
        """
    )

    with pytest.raises(EngineError, match="hook refuse of t failed: not today"):
        stack.up()
    assert "called-t" not in str(stack.twin.client("sns").list_topics())
    stack.destroy()


def test_an_error_hook_may_ask_for_another_try(stack: Any) -> None:
    stack.program(
        """
        def again(args):
            print("failed", args.failed_operation, len(args.errors), flush=True)
            return len(args.errors) < 3

        hook = pulumi.ErrorHook("again", again)
        binding = pulumi.ResourceHookBinding(on_error=[hook])
        aws.cloudwatch.LogGroup("l", name="/called/taken", opts=pulumi.ResourceOptions(hooks=binding))
        """
    )
    stack.twin.client("logs").create_log_group(logGroupName="/called/taken")

    with pytest.raises(EngineError, match="ResourceAlreadyExistsException"):
        stack.up()

    tries = [line for line in lines(stack) if line.startswith("failed")]
    assert tries == ["failed create 1", "failed create 2", "failed create 3"]
    stack.destroy()
