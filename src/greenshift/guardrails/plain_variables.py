"""Environment variables as CodeBuild takes them, and texts that look like secrets.

A name says what its value is, unless it says that the value only points there. Values are known by the
marks their makers gave them: GitHub ("Behind GitHub's new authentication token formats"), AWS (IAM user
guide, "Unique identifiers"), PEM.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from greenshift.guardrails.resources import Inputs

_PLAIN = "PLAINTEXT"  # what a variable is when it does not say (CodeBuild API reference)
_NAME = re.compile(r"token|secret|passw|api_?key|private_?key|credential", re.IGNORECASE)
_REFERENCE = re.compile(r"(?:arn|name|id|path|url|version)$", re.IGNORECASE)
_VALUE = re.compile(
    r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|A(?:KIA|SIA)[A-Z0-9]{16}|-----BEGIN [A-Z ]*PRIVATE KEY"
)


def looks_secret(text: str) -> bool:
    return _VALUE.search(text) is not None


def plain_secrets(variables: Iterable[Inputs]) -> Iterator[str]:
    """The names of those that hold a secret as plain text; the value is never told."""
    for variable in variables:
        name, value = variable.text("name") or "", variable.text("value") or ""
        is_reference = (variable.text("type") or _PLAIN) != _PLAIN or value.startswith("#{")
        says_so = bool(_NAME.search(name)) and not _REFERENCE.search(name)
        if not is_reference and (says_so or looks_secret(value)):
            yield name
