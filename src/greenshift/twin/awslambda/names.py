"""How a function may be named in a request, and the ARNs the service answers with.

API reference: a function may be given as name (``pay``), name with version or alias (``pay:live``), partial
ARN (``123456789012:function:pay``) or full ARN, each optionally with ``:qualifier``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from greenshift.twin.awslambda import errors

LATEST = "$LATEST"

_FUNCTION = re.compile(
    r"^(?:arn:(?P<partition>aws[a-z-]*):lambda:(?P<region>[a-z0-9-]+):)?"
    r"(?:(?P<account>\d{12}):)?(?:function:)?"
    r"(?P<name>[a-zA-Z0-9-_]+)(?::(?P<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?$"
)


@dataclass(frozen=True)
class Place:
    """The account and region whose functions these are."""

    account: str
    region: str

    def arn(self, name: str, qualifier: str | None = None) -> str:
        base = f"arn:aws:lambda:{self.region}:{self.account}:function:{name}"
        return f"{base}:{qualifier}" if qualifier else base


@dataclass(frozen=True)
class Target:
    """A function as named by a caller; ``qualifier`` is None when the caller gave none."""

    name: str
    qualifier: str | None = None


def parse_target(text: str, qualifier: str | None, place: Place) -> Target:
    """``("pay:live", None) -> Target("pay", "live")``; both forms of qualifier must agree."""
    match = _FUNCTION.match(text)
    if match is None:
        raise errors.invalid(f"Invalid function name: {text}")
    account, region = match["account"] or place.account, match["region"] or place.region
    if (account, region) != (place.account, place.region):
        raise errors.function_not_found(text)
    inline = match["qualifier"]
    if inline and qualifier and inline != qualifier:
        raise errors.invalid(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    return Target(match["name"], qualifier or inline)


def is_version(qualifier: str) -> bool:
    return qualifier == LATEST or qualifier.isdigit()
