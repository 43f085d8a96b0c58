"""The MD5 of a message's attributes, which SDKs check (developer guide, "Calculating the MD5 message
digest").
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from typing import Any

from greenshift.twin.sqs.model import Attributes

_STRING, _BINARY = b"\x01", b"\x02"


def of_text(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def of_attributes(attributes: Attributes) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for name in sorted(attributes):
        digest.update(_counted(name.encode()) + _one(attributes[name]))
    return digest.hexdigest()


def _one(attribute: Mapping[str, Any]) -> bytes:
    kind = str(attribute["DataType"])
    if kind.startswith("Binary"):
        return _counted(kind.encode()) + _BINARY + _counted(bytes(attribute.get("BinaryValue") or b""))
    return _counted(kind.encode()) + _STRING + _counted(str(attribute.get("StringValue") or "").encode())


def _counted(value: bytes) -> bytes:
    return struct.pack("!I", len(value)) + value
