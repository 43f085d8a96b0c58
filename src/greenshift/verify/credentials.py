"""Credentials in plain sight: values that anyone who may read a configuration can take away.

By their shape, which their issuers publish (GitHub: "Behind GitHub's new authentication token formats";
IAM user guide: "Unique identifier prefixes"). Only names are ever told, never a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_SHAPES = re.compile(
    r"gh[oprsu]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)


def credentials_in(variables: Mapping[str, str]) -> list[str]:
    """The names of the variables whose value looks like a credential."""
    return sorted(name for name, value in variables.items() if _SHAPES.search(value))
