"""A function that is called as a resource: what it is told in each step, and what an import knows of it."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import pytest

from greenshift.errors import EngineError

HANDLER = """\
def handler(event, context):
    if event.get("tf", {}).get("action") == REFUSED:
        raise ValueError("not now: " + repr(event["tf"]["prev_input"]))
    return event
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    ],
}
PROGRAM = """
    role = aws.iam.Role("role", assume_role_policy=json.dumps({trust!r}))
    function = aws.lambda_.Function("seed", name="seed", role=role.arn, runtime="python3.13",
        handler="app.handler", code=pulumi.AssetArchive({{"app.py": pulumi.StringAsset({text!r})}}))
    call = aws.lambda_.Invocation("call", function_name=function.name, {call})
    pulumi.export("result", call.result)
    {more}
"""
IMPORTED = (
    'aws.lambda_.Invocation("there", function_name="seed", input="{}", '
    'opts=pulumi.ResourceOptions(import_="seed,$LATEST,%s"%s))'
)


def program(stack: Any, call: str, *, refused: str = "", more: str = "") -> None:
    text = HANDLER.replace("REFUSED", repr(refused))
    stack.program(PROGRAM.format(trust=TRUST, text=text, call=call, more=more))


def told(result: Any) -> Any:
    return json.loads(result.outputs["result"].value)


def given(number: int, more: str = ', lifecycle_scope="CRUD"') -> str:
    return f"input='{{\"n\": {number}}}'{more}"


def test_a_function_is_told_of_each_step_and_of_the_input_before(stack: Any) -> None:
    program(stack, given(1))
    assert told(stack.up()) == {"n": 1, "tf": {"action": "create", "prev_input": None}}
    assert stack.up().changes == {"same": 4}

    program(stack, given(2))
    assert stack.preview().changes == {"same": 3, "update": 1}
    updated = stack.up()
    assert told(updated) == {"n": 2, "tf": {"action": "update", "prev_input": {"n": 1}}}
    assert stack.engine().refresh().changes == {"same": 3}
    assert told(stack.up()) == told(updated)

    program(stack, given(2), refused="delete")
    stack.up()
    with pytest.raises(EngineError, match=re.escape("not now: {'n': 2}")):
        stack.destroy()
    program(stack, given(2))
    stack.up()
    stack.destroy()


def test_a_call_made_once_is_made_anew_with_another_input_and_can_be_imported(stack: Any) -> None:
    program(stack, given(1, ""))
    assert told(stack.up()) == {"n": 1}
    program(stack, given(2, ""))
    assert stack.up().changes == {"same": 3, "replace": 1}

    digest = hashlib.md5(b'{"n": 2}', usedforsecurity=False).hexdigest()
    program(stack, given(2, ""), more=IMPORTED % (digest, ""))
    with pytest.raises(EngineError, match="do not match the existing resource: input"):
        stack.up()
    program(stack, given(2, ""), more=IMPORTED % (digest, ', ignore_changes=["input"]'))
    assert stack.up().changes == {"same": 4, "import": 1}
    stack.destroy()
