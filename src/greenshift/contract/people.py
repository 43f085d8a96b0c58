"""Who did something, by the name that people call them."""

from __future__ import annotations

import re


def person(text: str) -> str:
    """``Ada Lovelace <ada@example.org>`` -> ``Ada Lovelace``; of an ARN, its last part: ``ada``, ``root``."""
    name = text.split(" <", 1)[0].strip()
    return re.split("[/:]", name)[-1] if name.startswith("arn:") else name
