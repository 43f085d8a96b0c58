"""Tags as every service takes them: IAM's pattern is the narrowest of those the stack's resources have."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from greenshift.settings.violation import Violation

# IAM API reference, Tag: at most 50 of a role, of which the stack's own are two; key and value are
# [\p{L}\p{Z}\p{N}_.:/=+\-@], 1 to 128 and 0 to 256 characters.
_MOST = 48
_SIGNS = frozenset("_.:/=+-@")


def check_tag(name: str, text: str) -> None:
    """Raises Violation for a name or a value that IAM refuses."""
    if name.lower().startswith("aws:") or not 1 <= len(name) <= 128 or len(text) > 256:
        raise Violation(
            "a tag name has 1 to 128 characters and no aws: prefix, a value at most 256", at=(name,)
        )
    if strange := sorted({sign for sign in name + text if not _is_allowed(sign)}):
        shown = " ".join(map(repr, strange))
        raise Violation(
            f"a tag has letters, digits, spaces and _ . : / = + - @ (IAM's pattern), not {shown}", at=(name,)
        )


def check_tag_count(tags: Mapping[str, str]) -> None:
    if len(tags) > _MOST:
        raise Violation(f"a role takes 50 tags, two of them the stack's own, so at most {_MOST} are yours")


def _is_allowed(sign: str) -> bool:
    return sign in _SIGNS or unicodedata.category(sign)[0] in "LZN"
