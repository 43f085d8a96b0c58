"""What the commands print that call functions, and that look at the twin, its faults and the local state."""

from __future__ import annotations

from greenshift.cli.schemas.parts import (
    ANYTHING,
    NUMBER,
    TEXT,
    WHOLE,
    YES_OR_NO,
    Schema,
    listed,
    obj,
    one_of,
    or_nothing,
    texts,
)

_HANDLE = {**texts("endpoint", "instance", "account", "region"), "pid": WHOLE, "speed": NUMBER}
_SET = {
    **texts("service", "operation", "function", "principal", "code"),
    "parameters": {"type": "object", "additionalProperties": TEXT},
    "after": WHOLE,
    "count": WHOLE,
    "probability": NUMBER,
    "seed": {"type": "integer"},
    "per_second": NUMBER,
    "performed": YES_OR_NO,
    "seconds": NUMBER,
    "status": WHOLE,
}
"""What is as it is by default is left out."""
_FAULT = obj(
    *_SET,
    id=TEXT,
    kind=one_of("throttle", "error", "timeout", "delay", "duplicate", "kill"),
    matched=WHOLE,
    fired=WHOLE,
    **_SET,
)
_VERSION = obj(
    **texts("function", "version"),
    answered=WHOLE,
    failed=WHOLE,
    **dict.fromkeys(("share", "median_ms", "p95_ms", "max_ms"), NUMBER),
)

_COUNTS = {"type": "object", "additionalProperties": WHOLE}

MACHINERY: dict[str, Schema] = {
    "import": obj(urn=TEXT, declaration=TEXT),
    "state list": listed(obj(**texts("urn", "type", "id"), protect=YES_OR_NO)),
    "invoke": obj(
        **texts("function", "version", "error"),
        duration_ms=or_nothing(NUMBER),
        payload=ANYTHING,
        log=listed(TEXT),
    ),
    "traffic": obj(
        seconds=NUMBER,
        sent=WHOLE,
        versions=listed(_VERSION),
        unanswered=listed(obj(function=TEXT, error=TEXT, requests=WHOLE)),
    ),
    "traffic --list": listed(obj(**texts("function", "kind", "name", "place"))),
    "traffic --source": obj(
        **texts("function", "source"),
        sent=WHOLE,
        outcomes=listed(obj(word=TEXT, requests=WHOLE, was_taken=YES_OR_NO)),
        **dict.fromkeys(("seconds", "median_ms", "p95_ms", "max_ms"), NUMBER),
    ),
    "twin start": obj(**_HANDLE),
    "twin snapshot": obj(file=TEXT, bytes=WHOLE, time=NUMBER, counts=_COUNTS),
    "twin restore": obj(**_HANDLE, counts=_COUNTS),
    "twin status": obj(
        **_HANDLE,
        time=NUMBER,
        wall=NUMBER,
        repositories={"type": "object", "additionalProperties": TEXT},
        provider_port=or_nothing(WHOLE),
        resources={"type": "object", "additionalProperties": listed(TEXT)},
    ),
    "twin faults add": _FAULT,
    "twin faults list": listed(_FAULT),
    "twin faults clear": listed(_FAULT),
    "version": obj(version=TEXT),
}
