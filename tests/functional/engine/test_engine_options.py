"""Resource options mean what they mean under Pulumi's own engine: first of all, what is kept is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from greenshift.errors import EngineError

TREE = """
    class {cls}(pulumi.ComponentResource):
        def __init__(self, name, opts=None):
            super().__init__("x:y:{cls}", name, opts=opts)
            own = pulumi.ResourceOptions(parent=self)
            inner = pulumi.ComponentResource("x:y:Inner", f"{{name}}-inner", opts=own)
            aws.sns.Topic(f"{{name}}-a", name="option-child", opts=own)
            aws.sns.Topic(f"{{name}}-inner-b", name="option-grandchild",
                          opts=pulumi.ResourceOptions(parent=inner))
    {cls}("{name}"{options})
"""


@pytest.fixture
def made(stack: Any) -> Iterator[Any]:
    yield stack
    stack.destroy()
    assert names(stack) == set()


def names(stack: Any, prefix: str = "option-") -> set[str]:
    listed = stack.twin.client("sns").list_topics()["Topics"]
    found = {topic["TopicArn"].rsplit(":", 1)[1] for topic in listed}
    return {name for name in found if name.startswith(prefix)}


def ids(stack: Any) -> dict[str, str]:
    """By the names in their URNs."""
    return {urn.rsplit("::", 1)[1]: item["id"] for urn, item in resources(stack).items() if "id" in item}


def resources(stack: Any) -> dict[str, dict[str, Any]]:
    listed = json.loads(stack.state_path.read_text())["deployment"]["resources"]
    return {item["urn"]: item for item in listed}


def calls(stack: Any) -> list[str]:
    """The steps that changed something."""
    return sorted(f"{step.op} {step.name}" for step in stack.engine().up().steps)


def test_the_children_of_a_renamed_component_are_kept(made: Any) -> None:
    """Row 1: they inherit their parent's alias, children of children too, with the new name's beginning."""
    made.program(TREE.format(cls="C", name="c", options=""))
    made.up()
    before = ids(made)
    alias = ', opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="c", type_="x:y:C")])'
    made.program(TREE.format(cls="D", name="d", options=alias))

    assert made.preview().changes == {"same": 5}
    assert made.up().changes == {"same": 5}
    after = ids(made)
    assert after["d-a"] == before["c-a"]
    assert after["d-inner-b"] == before["c-inner-b"]
    assert not [urn for urn in resources(made) if "x:y:C" in urn]

    # And once more without the alias, which may go now.
    made.program(TREE.format(cls="D", name="d", options=""))
    assert made.up().changes == {"same": 5}


MOVED = [
    "pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)",
    "pulumi.Alias(parent=None)",
    '"urn:pulumi:local::shop::aws:sns/topic:Topic::moved2"',
    'pulumi.Alias(name="moved3", parent=pulumi.ROOT_STACK_RESOURCE)',
]


def test_a_resource_that_moved_into_a_component_is_kept(made: Any) -> None:
    topics = [f'aws.sns.Topic("moved{number}", name="option-moved{number}"' for number in range(len(MOVED))]
    made.program("\n".join(f"{topic})" for topic in topics))
    made.up()
    made.program(
        "\n".join(
            [
                'home = pulumi.ComponentResource("x:y:Home", "home")',
                *(
                    f"{topic}, opts=pulumi.ResourceOptions(parent=home, aliases=[{alias}]))"
                    for topic, alias in zip(topics, MOVED, strict=True)
                ),
            ]
        )
    )

    assert made.up().changes == {"same": 5, "create": 1}


def test_an_alias_of_another_resource_of_the_program_is_refused(made: Any) -> None:
    made.program('aws.sns.Topic("one", name="option-one")')
    made.up()
    made.program(
        """
        one = aws.sns.Topic("one", name="option-one")
        options = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="one")], depends_on=[one])
        aws.sns.Topic("two", name="option-two", opts=options)
        """
    )

    with pytest.raises(EngineError, match=r"has the alias .*::one, which is another resource"):
        made.up()


TAGGED = [
    (["tags.a"], {"a": "1", "b": "2"}, "update"),
    (["tags.a"], {"a": "1", "b": "1", "c": "1"}, "update"),
    (["tags.a"], {"a": "2", "b": "1"}, "replace"),
    (["tags.a"], {"b": "1"}, "replace"),
    (["tags"], {"a": "1", "b": "2"}, "replace"),
    (["tags.*"], {"a": "1", "b": "2"}, "replace"),
    (['tags["b"]'], {"a": "1", "b": "2"}, "replace"),
    (["*"], {"a": "1", "b": "2"}, "replace"),
    (["displayName"], {"a": "1", "b": "2"}, "update"),
]


def test_only_a_change_at_the_path_replaces(made: Any) -> None:
    """Row 2: a topic for each case."""

    def program(changed: bool) -> str:
        return "\n".join(
            f'aws.sns.Topic("t{number}", name="option-t{number}", tags={tags if changed else before}, '
            f"opts=pulumi.ResourceOptions(replace_on_changes={paths}))"
            for number, (paths, tags, _) in enumerate(TAGGED)
        )

    before = {"a": "1", "b": "1"}
    made.program(program(changed=False))
    made.up()
    made.program(program(changed=True))

    expected = {f"t{number}": op for number, (_, _, op) in enumerate(TAGGED)}
    assert {step.name: step.op for step in made.preview().steps} == expected
    assert {step.name: step.op for step in made.up().steps} == expected


def test_what_is_deleted_with_another_needs_no_call(made: Any) -> None:
    """Row 3: the topic's deletion takes the subscription with it, so that nobody asks for it."""
    made.program(
        """
        t = aws.sns.Topic("t", name="option-t")
        aws.sns.TopicSubscription("s", topic=t.arn, protocol="sqs", endpoint="arn:aws:sqs:us-east-1:1:q",
                                  opts=pulumi.ResourceOptions(deleted_with=t))
        """
    )
    made.up()
    made.program("pass")
    seen: list[str] = []
    made.twin.inject("error", "sns", "Unsubscribe", count=9)
    try:
        seen = calls(made)
    finally:
        reports = made.twin.clear_faults()

    assert seen == ["delete s", "delete t"]
    assert [report.fired for report in reports] == [0]  # Unsubscribe was never called
    assert len(resources(made)) == 1


def test_what_is_to_be_replaced_with_another_is(made: Any) -> None:
    """Row 4, and the same for what is deleted with another."""
    program = """
        a = aws.sns.Topic("a", name="option-{a}")
        aws.sns.Topic("b", display_name="b", opts=pulumi.ResourceOptions(replace_with=[a]))
        aws.sns.Topic("c", display_name="c", opts=pulumi.ResourceOptions(deleted_with=a))
        aws.sns.Topic("d", display_name="d", opts=pulumi.ResourceOptions(depends_on=[a]))
    """
    made.program(program.format(a="a1"))
    made.up()
    before = ids(made)
    made.program(program.format(a="a2"))

    assert made.preview().changes == {"same": 2, "replace": 3}
    assert made.up().changes == {"same": 2, "replace": 3}
    after = ids(made)
    assert {name for name in "abcd" if before[name] != after[name]} == {"a", "b", "c"}
    assert calls(made) == []


def test_a_changed_trigger_replaces(made: Any) -> None:
    program = 'aws.sns.Topic("t", opts=pulumi.ResourceOptions(replacement_trigger={trigger}))'
    for trigger, changes in (("1", {"create": 2}), ("1", {"same": 2}), ("2", {"same": 1, "replace": 1})):
        made.program(program.format(trigger=trigger))
        assert made.up().changes == changes


RECORDED = """
    other = aws.sns.Topic("other", name="option-other")
    aws.sns.TopicSubscription("t", topic=other.arn, protocol="sqs", endpoint="arn:aws:sqs:us-east-1:1:q",
        opts=pulumi.ResourceOptions(ignore_changes=["filterPolicy"], replace_on_changes=["redrivePolicy"],
        hide_diffs=["a.b"], custom_timeouts=pulumi.CustomTimeouts(create="5m", delete="1h30s"),
        deleted_with=other, replace_with=[other], replacement_trigger="one"))
"""


def test_options_are_kept_in_the_state(made: Any) -> None:
    """Row 11: in the forms Pulumi keeps them."""
    made.program(RECORDED)
    made.up()

    found = next(item for urn, item in resources(made).items() if urn.endswith("::t"))
    other = next(urn for urn in resources(made) if urn.endswith("::other"))
    assert {key: found[key] for key in found if key not in ("inputs", "outputs", "id", "provider")} == {
        "urn": "urn:pulumi:local::shop::aws:sns/topicSubscription:TopicSubscription::t",
        "custom": True,
        "type": "aws:sns/topicSubscription:TopicSubscription",
        "dependencies": [other],
        "propertyDependencies": {"topic": [other], "protocol": [], "endpoint": []},
        "parent": "urn:pulumi:local::shop::pulumi:pulumi:Stack::shop-local",
        "customTimeouts": {"create": 300.0, "delete": 3630.0},
        "deletedWith": other,
        "replaceWith": [other],
        "replacementTrigger": "one",
        "ignoreChanges": ["filterPolicy"],
        "replaceOnChanges": ["redrivePolicy"],
        "hideDiff": ["a.b"],
        "sourcePosition": "project:///__main__.py#4",
    }
    assert made.up().changes == {"same": 3}


def test_the_default_provider_has_the_configuration_of_its_package(made: Any) -> None:
    """Rows 10 and 12: region and default tags, and a secret stays one."""
    made.config = {"aws:region": "us-east-1", "aws:defaultTags": '{"tags": {"team": "red"}}'}
    made.config |= {"aws:secretKey": "hush"}
    made.secret_keys = frozenset({"aws:secretKey"})
    made.program('aws.sns.Topic("t", name="option-t", tags={"own": "yes"})')
    made.up()

    provider = next(item for item in resources(made).values() if item["type"] == "pulumi:providers:aws")
    assert provider["inputs"]["region"] == "us-east-1"
    assert provider["inputs"]["defaultTags"] == '{"tags": {"team": "red"}}'
    assert "hush" not in made.state_path.read_text()
    sns = made.twin.client("sns")
    arn = ids(made)["t"]
    assert pairs(sns.list_tags_for_resource(ResourceArn=arn)["Tags"]) == {"team": "red", "own": "yes"}

    made.config["aws:defaultTags"] = '{"tags": {"team": "blue"}}'
    assert made.preview().changes == made.up().changes == {"same": 1, "update": 1}
    assert pairs(sns.list_tags_for_resource(ResourceArn=arn)["Tags"]) == {"team": "blue", "own": "yes"}


def pairs(tags: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}
