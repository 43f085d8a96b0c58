"""X-Amz-Client-Context: base64 of a JSON object, at most 3,583 bytes (API reference, Invoke)."""

from __future__ import annotations

import base64
import binascii
import json

from greenshift.twin.awslambda import errors
from greenshift.twin.wire.json_text import read_json

LIMIT = 3583


def decoded_client_context(text: str | None) -> str | None:
    """The JSON text for the runtime, on one line, so that it can travel in a header."""
    if text is None:
        return None
    if len(text) > LIMIT:
        raise errors.invalid(f"ClientContext must be at most {LIMIT} bytes")
    try:
        return json.dumps(read_json(base64.b64decode(text, validate=True)))
    except (binascii.Error, ValueError):
        raise errors.not_json("ClientContext must be base64 of a JSON object") from None
