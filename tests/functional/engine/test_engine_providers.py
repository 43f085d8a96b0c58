"""Providers of the program's own: their region, their default tags, and what a change of them means."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenshift.errors import EngineError

PROGRAM = """
    p = aws.Provider("p", region="us-east-1", default_tags={{"tags": {tags}}})
    t = aws.sns.Topic("t", name="provided-t", tags={{"own": "yes"}}, opts=pulumi.ResourceOptions(provider=p))
    plain = aws.sns.Topic("plain", name="provided-plain")
    pulumi.export("tags", t.tags_all)
"""


def tags(stack: Any, name: str) -> dict[str, str]:
    arn = f"arn:aws:sns:us-east-1:{stack.twin.account}:{name}"
    listed = stack.twin.client("sns").list_tags_for_resource(ResourceArn=arn)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in listed}


def state(stack: Any) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(stack.state_path.read_text())["deployment"]["resources"]
    return listed


def test_a_provider_of_the_program_has_its_own_tags_and_a_change_of_them_is_an_update(stack: Any) -> None:
    """Row 9."""
    stack.program(PROGRAM.format(tags={"team": "red"}))
    assert stack.preview().changes == {"create": 4}
    result = stack.up()
    assert result.changes == {"create": 4}  # the stack, the provider and two topics
    assert result.outputs["tags"].value == {"team": "red", "own": "yes"}
    assert tags(stack, "provided-t") == {"team": "red", "own": "yes"}
    assert tags(stack, "provided-plain") == {}
    provider = next(item for item in state(stack) if item["urn"].endswith("pulumi:providers:aws::p"))
    topic = next(item for item in state(stack) if item["urn"].endswith("::t"))
    assert topic["provider"] == f"{provider['urn']}::{provider['id']}"
    assert stack.up().changes == {"same": 4}

    stack.program(PROGRAM.format(tags={"team": "blue"}))
    assert stack.preview().changes == stack.up().changes == {"same": 2, "update": 2}
    assert tags(stack, "provided-t") == {"team": "blue", "own": "yes"}

    stack.program('aws.sns.Topic("plain", name="provided-plain")')
    assert stack.up().changes == {"same": 2, "delete": 2}
    assert not [item for item in state(stack) if item["urn"].endswith("::p")]
    stack.destroy()


def test_another_region_replaces_the_provider_and_what_it_made(stack: Any) -> None:
    program = """
        p = aws.Provider("p", region="{region}")
        aws.sns.Topic("t", name="provided-t", opts=pulumi.ResourceOptions(provider=p))
    """
    stack.program(program.format(region="us-east-1"))
    stack.up()
    stack.program(program.format(region="eu-west-1"))

    assert stack.up().changes == {"same": 1, "replace": 2}
    topic = next(item for item in state(stack) if item["urn"].endswith("::t"))
    assert topic["id"] == f"arn:aws:sns:eu-west-1:{stack.twin.account}:provided-t"
    arns = [each["TopicArn"] for each in stack.twin.client("sns").list_topics()["Topics"]]
    assert f"arn:aws:sns:us-east-1:{stack.twin.account}:provided-t" not in arns
    assert stack.up().changes == {"same": 3}
    assert stack.destroy().changes == {"delete": 3}


@pytest.mark.parametrize("name", ["", 'name="moved", '], ids=["generated", "given"])
@pytest.mark.parametrize("alias", ["", ', aliases=[pulumi.Alias(name="t")]'], ids=["kept", "renamed"])
def test_a_provider_that_looks_at_another_region_replaces_what_comes_to_it(
    stack: Any, name: str, alias: str
) -> None:
    """Pulumi asks the new provider whether what the old one made is still there for it."""
    stack.program(f'aws.sns.Topic("t", {name}tags={{"own": "yes"}})')
    stack.config["aws:region"] = "us-east-1"
    stack.up()
    called = "other" if alias else "t"
    stack.program(
        f"""
        p = aws.Provider("p", region="eu-west-1")
        aws.sns.Topic("{called}", {name}tags={{"own": "yes"}}, opts=pulumi.ResourceOptions(provider=p{alias}))
        """
    )

    assert stack.preview().changes == {"same": 1, "create": 1, "replace": 1}
    assert stack.up().changes == {"same": 1, "create": 1, "replace": 1}
    topic = next(item for item in state(stack) if item["urn"].endswith(f"::{called}"))
    assert topic["id"].startswith(f"arn:aws:sns:eu-west-1:{stack.twin.account}:")
    assert stack.twin.client("sns").list_topics()["Topics"] == []
    assert stack.up().changes == {"same": 3}
    assert stack.destroy().changes == {"delete": 3}


def test_a_provider_that_looks_at_the_same_region_keeps_what_comes_to_it(stack: Any) -> None:
    stack.config["aws:region"] = "us-east-1"
    stack.program('aws.sns.Topic("t", name="kept")')
    stack.up()
    stack.program(
        """
        p = aws.Provider("p", region="us-east-1")
        aws.sns.Topic("t", name="kept", opts=pulumi.ResourceOptions(provider=p))
        """
    )

    assert stack.up().changes == {"same": 2, "create": 1}
    stack.destroy()


def test_another_region_of_the_stack_replaces_what_the_default_provider_made(stack: Any) -> None:
    stack.config["aws:region"] = "us-east-1"
    stack.program('aws.sns.Topic("t", name="provided-t")')
    stack.up()
    stack.config["aws:region"] = "eu-west-1"

    assert stack.preview().changes == {"same": 1, "replace": 1}
    assert stack.up().changes == {"same": 1, "replace": 1}
    assert stack.twin.client("sns").list_topics()["Topics"] == []
    assert stack.up().changes == {"same": 2}
    assert [item["urn"].rpartition("::")[2] for item in state(stack) if item.get("delete")] == []
    stack.destroy()


def test_children_inherit_a_components_provider_and_a_provider_may_be_killed_for(stack: Any) -> None:
    stack.program(
        """
        p = aws.Provider("p", region="us-east-1", default_tags={"tags": {"team": "red"}})
        c = pulumi.ComponentResource("x:y:C", "c", opts=pulumi.ResourceOptions(providers=[p]))
        aws.sns.Topic("t", name="provided-t", opts=pulumi.ResourceOptions(parent=c))
        pulumi.export("account", aws.get_caller_identity(
            opts=pulumi.InvokeOptions(provider=p)).account_id)
        """
    )
    result = stack.up()
    assert result.outputs["account"].value == stack.twin.account
    assert tags(stack, "provided-t") == {"team": "red"}
    stack.destroy()


def test_what_a_provider_cannot_be_given_is_refused(stack: Any) -> None:
    stack.program(
        'aws.Provider("p", region="us-east-1", assume_roles=[{"role_arn": "arn:aws:iam::1:role/x"}])'
    )

    with pytest.raises(EngineError, match=r"p \(pulumi:providers:aws\): assumeRoles"):
        stack.preview()
