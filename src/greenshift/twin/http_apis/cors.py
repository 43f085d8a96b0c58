"""CORS as an API is configured. Pure.

API Gateway developer guide, "Configuring CORS for an HTTP API": the API answers preflights itself, and its
own
CORS headers take the place of the function's. Function URLs do the same (Lambda: ``Cors``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Headers = list[tuple[str, str]]
PREFIX = "access-control-"


@dataclass(frozen=True)
class Cors:
    """Who may read answers in a browser."""

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    credentials: bool = False
    seconds: int | None = None

    @classmethod
    def told(cls, found: Mapping[str, Any] | None) -> Cors | None:
        """As Lambda and API Gateway are told it; None where nothing is."""
        if not found:
            return None
        return cls(
            origins=tuple(found.get("AllowOrigins") or ()),
            methods=tuple(found.get("AllowMethods") or ()),
            headers=tuple(found.get("AllowHeaders") or ()),
            exposed=tuple(found.get("ExposeHeaders") or ()),
            credentials=bool(found.get("AllowCredentials")),
            seconds=found.get("MaxAge"),
        )

    def allows(self, origin: str) -> bool:
        """``*``, an origin, a scheme with ``*``, or one wildcard within (``https://*.example.com``)."""
        return any(_matches(each.lower(), origin.lower()) for each in self.origins)

    def shared(self, origin: str) -> Headers:
        """The headers of an answer to a page of this origin; none where it may not read it."""
        if not origin or not self.allows(origin):
            return []
        any_origin = "*" in self.origins and not self.credentials
        told = [("Access-Control-Allow-Origin", "*" if any_origin else origin)]
        if not any_origin:
            told.append(("Vary", "Origin"))
        if self.credentials:
            told.append(("Access-Control-Allow-Credentials", "true"))
        if self.exposed:
            told.append(("Access-Control-Expose-Headers", ",".join(self.exposed)))
        return told

    def preflight(self, origin: str) -> Headers:
        told = self.shared(origin)
        if not told:
            return []
        if self.methods:
            told.append(("Access-Control-Allow-Methods", ",".join(self.methods)))
        if self.headers:
            told.append(("Access-Control-Allow-Headers", ",".join(self.headers)))
        if self.seconds is not None:
            told.append(("Access-Control-Max-Age", str(self.seconds)))
        return told


def _matches(pattern: str, origin: str) -> bool:
    before, star, after = pattern.partition("*")
    if not star:
        return pattern == origin
    return len(origin) >= len(before) + len(after) and origin.startswith(before) and origin.endswith(after)
