"""The twin's own API, as another process of this machine asks it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from greenshift.errors import TwinError

_HEALTH_SECONDS = 8.0


def health(endpoint: str) -> dict[str, Any] | None:
    """The twin's account of itself; None when nothing answers in time."""
    try:
        return request(endpoint, "GET", "/_twin/health", seconds=_HEALTH_SECONDS)
    except (OSError, ValueError):
        return None


def request(
    endpoint: str, method: str, path: str, body: dict[str, Any] | None = None, *, seconds: float = 30.0
) -> dict[str, Any]:
    """What it answers. TwinError when it refuses; OSError when nobody answers in time."""
    data = json.dumps(body or {}).encode()
    sent = urllib.request.Request(endpoint + path, data, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(sent, timeout=seconds) as response:
            answer: dict[str, Any] = json.load(response)
            return answer
    except urllib.error.HTTPError as error:
        raise TwinError(
            f"the twin refused {method} {path}: {error.read().decode(errors='replace')}"
        ) from None
