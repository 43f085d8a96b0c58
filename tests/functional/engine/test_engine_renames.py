"""A run that ends in the middle leaves a state in which nothing is named by a name that is gone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenshift.errors import EngineError

PROGRAM = """
    home = pulumi.ComponentResource("x:y:Home", "{name}"{aliases})
    topic = aws.sns.Topic("t", name="renamed-{physical}", opts=pulumi.ResourceOptions(parent=home))
    {rest}
"""
LATER = 'late = aws.sns.Topic("late", name="renamed-late", opts=pulumi.ResourceOptions(parent=home))'
BROKEN = """broken = aws.lambda_.Alias("broken", function_name="nobody", function_version="1",
                                   opts=pulumi.ResourceOptions(depends_on=[topic]))
    late = aws.sns.Topic("late", name="renamed-late",
                         opts=pulumi.ResourceOptions(parent=home, depends_on=[broken]))"""


def references(stack: Any) -> set[str]:
    """Every name of a parent, of what is replaced and left to delete, too."""
    listed = json.loads(stack.state_path.read_text())["deployment"]["resources"]
    return {str(item.get("parent", "")).rsplit("::", 1)[-1] for item in listed} - {""}


def test_what_was_not_reached_and_what_is_left_to_delete_follow_a_renamed_component(stack: Any) -> None:
    stack.program(PROGRAM.format(name="old", aliases="", physical="one", rest=LATER))
    stack.up()
    assert "old" in references(stack)
    alias = ', opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")])'
    stack.program(PROGRAM.format(name="new", aliases=alias, physical="two", rest=BROKEN))

    with pytest.raises(EngineError, match="broken"):
        stack.up()

    assert "new" in references(stack)
    assert "old" not in references(stack)
    stack.program(PROGRAM.format(name="new", aliases="", physical="two", rest=LATER))
    assert stack.up().changes["same"] >= 3
    stack.destroy()
