"""Origins that somebody lets in by name: read, and refused where they are none."""

from __future__ import annotations

from urllib.parse import urlsplit

from greenshift.errors import UsageError


def origin(text: str) -> str:
    """The origin as browsers send it: in lower case, and without the port that its scheme implies."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise _no_origin(text) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or "*" in parts.hostname:
        raise _no_origin(text)
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        raise _no_origin(text)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


def _no_origin(text: str) -> UsageError:
    return UsageError(
        f"{text!r} is no origin",
        hint="write scheme, host and port of one page, for example: --allow-origin http://localhost:3000",
    )
