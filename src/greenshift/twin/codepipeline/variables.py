"""Variables: ``#{namespace.key}`` in an action's configuration, resolved right before the action starts.

    resolve("v-#{Source.CommitId}", {"Source": {"CommitId": "abc"}}) == "v-abc"

User guide, "Variables": names are case-sensitive; an action can use the variables of actions that have run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_REFERENCE = re.compile(r"#\{([^{}.]+)\.([^{}]+)\}")

Scopes = Mapping[str, Mapping[str, str]]


class UnresolvedVariable(Exception):
    """A reference to a namespace or key that has no value (yet)."""


def resolve(text: str, scopes: Scopes) -> str:
    """The text with every reference replaced; raises UnresolvedVariable for one that has no value."""
    return _REFERENCE.sub(lambda match: _value(match[1], match[2], scopes), text)


def resolve_all(configuration: Mapping[str, str], scopes: Scopes) -> dict[str, str]:
    return {key: resolve(value, scopes) for key, value in configuration.items()}


def _value(namespace: str, key: str, scopes: Scopes) -> str:
    if namespace not in scopes:
        raise UnresolvedVariable(
            f"The variable #{{{namespace}.{key}}} cannot be resolved: no action that has run has "
            f"the namespace '{namespace}'. Known namespaces: {_listed(scopes)}"
        )
    if key not in scopes[namespace]:
        raise UnresolvedVariable(
            f"The variable #{{{namespace}.{key}}} cannot be resolved: the namespace '{namespace}' has "
            f"no variable '{key}'. It has: {_listed(scopes[namespace])}"
        )
    return scopes[namespace][key]


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names)) or "none"
