"""A part of a stack, a look at what is there, and the state changed by hand: as Pulumi's commands do it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from greenshift.engine import Targets
from greenshift.engine.state import edit
from greenshift.errors import EngineError

PROGRAM = """
    say = pulumi.Config().require("say")
    a = aws.sns.Topic("a", name="scope-a", display_name=say)
    b = aws.sns.Topic("b", name="scope-b", display_name=a.display_name)
    aws.sns.Topic("c", name="scope-c", display_name=say)
"""


@pytest.fixture
def made(stack: Any) -> Iterator[Any]:
    stack.config = {"shop:say": "one"}
    stack.program(PROGRAM)
    stack.up()
    yield stack
    stack.destroy()


def shown(stack: Any) -> dict[str, str]:
    sns = stack.twin.client("sns")
    found = {}
    for topic in sns.list_topics()["Topics"]:
        name = topic["TopicArn"].rsplit(":", 1)[1]
        if name.startswith("scope-"):
            attributes = sns.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]
            found[name.removeprefix("scope-")] = attributes["DisplayName"]
    return found


def state(stack: Any) -> dict[str, dict[str, Any]]:
    listed = json.loads(stack.state_path.read_text())["deployment"]["resources"]
    return {item["urn"].rsplit("::", 1)[1]: item for item in listed}


def delete(stack: Any, name: str) -> None:
    arn = f"arn:aws:sns:us-east-1:{stack.twin.account}:{name}"
    stack.twin.client("sns").delete_topic(TopicArn=arn)


@pytest.mark.parametrize(
    ("targets", "options", "changed"),
    [
        (["a"], {}, {"a"}),
        (["urn:pulumi:local::shop::aws:sns/topic:Topic::c"], {}, {"c"}),
        (["**Topic::a"], {}, {"a"}),
        (["*"], {}, {"a", "b", "c"}),
        (["a"], {"dependents": True}, {"a", "b"}),
    ],
)
def test_only_the_targets_are_changed(made: Any, targets: list[str], options: Any, changed: set[str]) -> None:
    """Row 13: ``--target``, ``--target-dependents``."""
    made.config["shop:say"] = "two"

    preview = made.engine().preview(Targets(targets, **options))
    result = made.engine().up(Targets(targets, **options))

    assert {step.name for step in preview.steps} == {step.name for step in result.steps} == changed
    assert shown(made) == {name: "two" if name in changed else "one" for name in "abc"}


def test_what_is_beside_the_targets_is_neither_made_nor_deleted(made: Any) -> None:
    made.program('aws.sns.Topic("a", name="scope-a", display_name="x")\naws.sns.Topic("d", name="scope-d")')

    result = made.engine().up(Targets(["a"]))

    assert [(step.op, step.name) for step in result.steps] == [("update", "a")]
    assert set(shown(made)) == {"a", "b", "c"}
    assert made.engine().up(Targets(["b"])).changes["delete"] == 1
    assert set(shown(made)) == {"a", "c"}


def test_a_target_that_needs_what_is_not_there_or_means_nothing_is_refused(made: Any) -> None:
    made.program(
        PROGRAM + '    d = aws.sns.Topic("d", name="scope-d")\n'
        '    aws.sns.Topic("e", name="scope-e", opts=pulumi.ResourceOptions(depends_on=[d]))\n'
    )
    with pytest.raises(EngineError, match=r"e \(aws:sns/topic:Topic\) needs d, which does not exist"):
        made.engine().up(Targets(["e"]))
    with pytest.raises(EngineError, match="no resource is called 'nobody'"):
        made.engine().up(Targets(["nobody"]))
    assert set(shown(made)) == {"a", "b", "c"}


def test_a_resource_is_replaced_when_asked(made: Any) -> None:
    """``--replace``."""
    made.program('aws.sns.Topic("generated", display_name="x")')
    made.up()
    before = state(made)["generated"]["id"]

    assert made.engine().up(Targets(replace=["generated"])).changes == {"same": 1, "replace": 1}
    assert state(made)["generated"]["id"] != before


def test_refresh_forgets_what_somebody_deleted_and_up_makes_it_again(made: Any) -> None:
    delete(made, "scope-a")

    assert made.engine().refresh(dry_run=True).changes == {"same": 2, "delete": 1}
    assert "a" in state(made)
    assert made.engine().refresh().changes == {"same": 2, "delete": 1}
    assert "a" not in state(made)
    assert state(made)["b"].get("dependencies") is None
    assert made.engine().refresh().changes == {"same": 2}
    assert made.up().changes == {"same": 3, "create": 1}


def test_up_with_refresh_looks_first(made: Any) -> None:
    delete(made, "scope-c")

    assert made.up().changes == {"same": 4}
    assert made.engine().preview(refresh=True).changes == {"same": 3, "create": 1}
    assert made.engine().up(refresh=True).changes == {"same": 3, "create": 1}
    assert set(shown(made)) == {"a", "b", "c"}


def test_what_exists_is_imported_with_the_line_that_declares_it(made: Any) -> None:
    made.twin.client("sns").create_topic(Name="scope-new", Attributes={"DisplayName": "hello"})
    arn = f"arn:aws:sns:us-east-1:{made.twin.account}:scope-new"

    imported = made.engine().bring_in("aws:sns/topic:Topic", "new", arn)

    options = "opts=pulumi.ResourceOptions(protect=True)"
    assert (
        imported.declaration == f"aws.sns.Topic(\"new\", display_name='hello', name='scope-new', {options})"
    )
    assert state(made)["new"]["protect"] is True
    with pytest.raises(EngineError, match="is protected and would be deleted"):
        made.up()
    made.program(PROGRAM + f"    {imported.declaration}\n")
    assert made.up().changes == {"same": 5}
    for type_, id_, said in (
        ("aws:sns/topic:Topic", arn, "is in the state already"),
        ("topic", arn, "no type of a resource"),
        ("aws:cloudwatch/logGroup:LogGroup", "/no", "there is no aws:cloudwatch/logGroup:LogGroup"),
    ):
        with pytest.raises(EngineError, match=said):
            made.engine().bring_in(type_, "new", id_)
    with made.engine().editing() as journal:
        edit.unprotect(journal, "new")
    made.program(PROGRAM)
    assert made.up().changes == {"same": 4, "delete": 1}


def test_the_state_is_changed_by_hand(made: Any) -> None:
    engine = made.engine()
    with engine.editing() as journal:
        with pytest.raises(EngineError, match=r"b \(aws:sns/topic:Topic\) needs a"):
            edit.delete(journal, "a")
        with pytest.raises(EngineError, match="no resource is called 'nobody'"):
            edit.delete(journal, "nobody")
        renamed = edit.rename(journal, "a", "first")
    assert renamed == "urn:pulumi:local::shop::aws:sns/topic:Topic::first"
    assert state(made)["b"]["propertyDependencies"]["displayName"] == [renamed]
    made.program(PROGRAM.replace('Topic("a"', 'Topic("first"'))
    assert made.up().changes == {"same": 4}

    with engine.editing() as journal:
        gone = edit.delete(journal, "first", dependents=True)
    assert [urn.rsplit("::", 1)[1] for urn in gone] == ["b", "first"]
    assert set(shown(made)) == {"a", "b", "c"}  # still there
    assert [item.name for item in edit.listed(engine.snapshot())][-1] == "c"
    delete(made, "scope-a")
    delete(made, "scope-b")


def test_a_protected_resource_is_forgotten_only_by_force(made: Any) -> None:
    made.program('aws.sns.Topic("a", name="scope-a", opts=pulumi.ResourceOptions(protect=True))')
    made.up()
    with made.engine().editing() as journal:
        with pytest.raises(EngineError, match=r"a \(aws:sns/topic:Topic\) is protected"):
            edit.delete(journal, "a")
        edit.delete(journal, "a", force=True)
    assert "a" not in state(made)
    delete(made, "scope-a")
