"""What somebody changed on AWS behind the state's back: its inputs, brought up to what is there. Pure.

AWS answers with more than a program gives and in other words (a policy with other spaces, a name for an
ARN), so a value counts as changed only when it means something else. What the observation is silent about
stays.
"""

from __future__ import annotations

import json
from typing import Any

from greenshift.engine.values import Properties, Secret, Value, plain


def drifted(inputs: Properties, there: Properties) -> dict[str, Value]:
    """``inputs`` of the state, with the value of ``there`` wherever that differs."""
    found = dict(inputs)
    for key, now in there.items():
        before = inputs.get(key)
        if not alike(plain(before), plain(now)):
            found[key] = Secret(now) if isinstance(before, Secret) else now
    if "tags" in inputs and "tags" not in there and plain(inputs["tags"]):
        del found["tags"]  # the one setting that every observation tells of
    return found


def alike(before: Any, now: Any) -> bool:
    """Whether ``before``, as a program says it, means ``now``, as AWS has it."""
    if isinstance(before, dict) and isinstance(now, dict):
        return set(before) == set(now) and all(alike(value, now[key]) for key, value in before.items())
    if isinstance(before, list) and isinstance(now, list):
        return len(before) == len(now) and all(map(alike, before, now))
    if isinstance(before, str) and isinstance(now, str):
        return before == now or _document(before) == _document(now) or _same_name(before, now)
    if isinstance(before, bool) or isinstance(now, bool):
        return str(before).lower() == str(now).lower()
    return bool(before == now)


def _document(text: str) -> object:
    """JSON as what it says; any other text as itself."""
    if text[:1] not in ("{", "["):
        return text
    try:
        return _single(json.loads(text))
    except json.JSONDecodeError:
        return text


def _single(value: Any) -> Any:
    """A list of one is that one: IAM takes both, and gives back either."""
    if isinstance(value, dict):
        return {key: _single(item) for key, item in value.items()}
    if isinstance(value, list):
        return _single(value[0]) if len(value) == 1 else [_single(item) for item in value]
    return value


def _same_name(one: str, other: str) -> bool:
    """An ARN and the name it ends with."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer.startswith("arn:") and longer.endswith((f":{shorter}", f"/{shorter}"))
