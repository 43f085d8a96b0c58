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
_NAME = re.compile(
    r"token|secret|passw(?:or)?d|passphrase|api_?key|private_?key|access_?key|credentials?", re.IGNORECASE
)
# A word behind it says that the value is about a secret, or only points to it: TOKEN_TTL_SECONDS, SECRET_ARN.
_ABOUT = re.compile(
    r"(?:arn|name|id|path|file|url|uri|endpoint|host|version|ttl|seconds|minutes|hours|days|expiry|expires|"
    r"lifetime|timeout|age|length|count|limit|size|min|max|header|prefix|suffix|type|format|field|table|bucket|"
    r"issuer|audience|algorithm|alg|enabled|required|policy|provider|region|cookie|scope|parameter|param)"
    r"(?:[_\d]|$)",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|A(?:KIA|SIA)[A-Z0-9]{16}|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|xox[abprs]-[\w-]{10,}|sk_live_\w{16,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+"
)
_NO_SECRET = re.compile(r"\d{0,5}|true|false|none|null", re.IGNORECASE)


def looks_secret(text: str) -> bool:
    return _VALUE.search(text) is not None


def plain_secrets(variables: Iterable[Inputs]) -> Iterator[str]:
    """The names of those that hold a secret as plain text; the value is never told."""
    for variable in variables:
        name, value = variable.text("name") or "", variable.text("value") or ""
        is_reference = (variable.text("type") or _PLAIN) != _PLAIN or value.startswith("#{")
        if not is_reference and (is_named_secret(name, value) or looks_secret(value)):
            yield name


def is_named_secret(name: str, value: str) -> bool:
    """Whether the name says that a value is secret, and the value may be: a number or a flag is none."""
    named = [found.end() for found in _NAME.finditer(name)]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name[named[-1] :]).strip("_") if named else ""
    is_about = any(_ABOUT.match(word) for word in re.split(r"[_.-]", words))
    return bool(named) and not is_about and _NO_SECRET.fullmatch(value) is None
