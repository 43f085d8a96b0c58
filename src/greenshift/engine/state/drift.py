"""What somebody changed on AWS behind the state's back: its inputs, brought up to what is there. Pure.

AWS answers with more than a program gives and in other words (a policy with other spaces, a name for an
ARN), so a value counts as changed only when it means something else. What the observation is silent about
stays.
"""

from __future__ import annotations

import json
from typing import Any

from greenshift.engine.properties.values import Properties, Secret, Value, plain


def drifted(inputs: Properties, there: Properties) -> dict[str, Value]:
    """``inputs`` of the state, with the value of ``there`` wherever that differs."""
    found = dict(inputs)
    for key, now in there.items():
        before = inputs.get(key)
        if not alike(plain(before), plain(now)) and not (key not in inputs and _says_nothing(key, now)):
            seen = without_silence(plain(before), now)
            found[key] = Secret(seen) if isinstance(before, Secret) else seen
    if "tags" in inputs and "tags" not in there and plain(inputs["tags"]):
        del found["tags"]  # the one setting that every observation tells of
    return found


def alike(before: Any, now: Any) -> bool:
    """Whether ``before``, as a program says it, means ``now``, as AWS has it."""
    if isinstance(before, dict) and isinstance(now, dict):
        return all(_alike_at(key, before, now) for key in {*before, *now})
    if isinstance(before, list) and isinstance(now, list):
        return len(before) == len(now) and all(map(alike, before, now))
    if isinstance(before, str) and isinstance(now, str):
        return before == now or _document(before) == _document(now) or _same_name(before, now)
    if isinstance(before, bool) or isinstance(now, bool):
        return str(before).lower() == str(now).lower()
    return bool(before == now)


def _alike_at(key: str, before: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether one member is the same; where one side is silent, the other must say nothing."""
    if key in before and key in now:
        return alike(before[key], now[key])
    return _says_nothing(key, before[key] if key in before else now[key])


def without_silence(before: Any, now: Any) -> Any:
    """``now`` without the members that say nothing and that the program does not name: no noise in a diff."""
    if isinstance(before, dict) and isinstance(now, dict):
        return {
            key: without_silence(before.get(key), value)
            for key, value in now.items()
            if key in before or not _says_nothing(key, value)
        }
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return [without_silence(*pair) for pair in zip(before, now, strict=True)]
    return now


def _says_nothing(key: str, now: Value) -> bool:
    """What AWS answers for a property that nobody gave."""
    return now in (None, False, 0, "", [], {}) or _USUAL.get(key) == now


_USUAL: dict[str, Value] = {"runOrder": 1, "imagePullCredentialsType": "CODEBUILD"}
"""What AWS puts into a nested property that nobody sets [APIs of CodePipeline and CodeBuild]."""


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
