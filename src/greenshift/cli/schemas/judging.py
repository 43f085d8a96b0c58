"""What the commands print that judge, fix, count and allow."""

from __future__ import annotations

from greenshift.cli.schemas.parts import (
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

_FINDING = obj(
    level=one_of("error", "warning", "hint"),
    **texts("rule", "what", "why", "fix", "mend", "file", "function", "resource"),
    line=WHOLE,
)
_FINDINGS = obj(findings=listed(_FINDING), **dict.fromkeys(("errors", "warnings", "hints"), WHOLE))

_RESULT = obj(
    status=one_of("passed", "failed", "skipped"),
    **texts("group", "check", "subject", "expected", "found", "fix", "mend"),
    seconds=NUMBER,
)
_VERIFIED = obj(results=listed(_RESULT), **dict.fromkeys(("passed", "failed", "skipped"), WHOLE))

_ACTION: Schema = {
    "anyOf": [
        obj(**texts("function", "alias", "version", "revision"), ends_working_copy=YES_OR_NO),
        obj(**texts("deployment")),
        obj(**texts("controller", "release", "reason")),
        obj(**texts("function", "version")),
        obj(**texts("recorder", "execution", "status")),
    ]
}
_STEP = obj(finding=_FINDING, will=TEXT, safe=TEXT, action=_ACTION)
_PLAN = obj(
    steps=listed(_STEP),
    later=listed(obj(finding=_FINDING, after=TEXT)),
    refused=listed(obj(finding=_FINDING, why=TEXT, instead=TEXT)),
)
_OUTCOME = obj(step=_STEP, is_fixed=YES_OR_NO, is_mended=YES_OR_NO, told=TEXT)

_LINE = obj(
    **texts("what", "price", "unit", "source"),
    quantity=NUMBER,
    listed=NUMBER,
    dollars=or_nothing(NUMBER),
)
_PRICED = obj(dollars=NUMBER, lines=listed(_LINE))
_COST = obj(
    prices=obj(region=TEXT, as_of=TEXT),
    resources=one_of("deployed", "planned"),
    functions=WHOLE,
    assumed={"type": "object", "additionalProperties": NUMBER},
    at_rest=_PRICED,
    per_release=_PRICED,
    stored=_PRICED,
    calls=_PRICED,
    month=obj(dollars=NUMBER),
    pipeline_minutes={"type": "object", "additionalProperties": WHOLE},
    not_priced=listed(TEXT),
)

_VIOLATION = obj(level=one_of("mandatory", "advisory"), **texts("rule", "urn", "message"))
_SOME: Schema = {"anyOf": [TEXT, listed(TEXT)]}
_POLICY = obj(
    Version=TEXT,
    Statement=listed(
        obj(
            "Condition",
            **texts("Sid", "Effect"),
            Action=_SOME,
            Resource=_SOME,
            Condition={"type": "object"},
        )
    ),
)

JUDGING: dict[str, Schema] = {
    "check": _FINDINGS,
    "doctor": _FINDINGS,
    "verify": _VERIFIED,
    "repair": {"anyOf": [_PLAN, obj(outcomes=listed(_OUTCOME), left=_PLAN)]},
    "cost": _COST,
    "guardrails": obj(violations=listed(_VIOLATION), refused=WHOLE, advised=WHOLE),
    "guardrails explain": listed(obj(**texts("name", "level", "why", "fix"))),
    "permissions": {"anyOf": [obj(foundation=_POLICY, delivery=_POLICY), _POLICY]},
}
"""``permissions`` prints JSON without being asked to."""
