"""How hard each rule is, from Pulumi config: ``greenshift:guardrails``, a mapping of rule to level."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from greenshift.errors import SettingsError
from greenshift.guardrails.rule import LEVELS, AnyRule, Level

KEY = "greenshift:guardrails"
_ALLOWED = f"it must be one of {', '.join(LEVELS)}"


def levels(config: Mapping[str, str], rules: Iterable[AnyRule]) -> dict[str, Level]:
    """Each rule's level; a rule or a level that does not exist is refused."""
    found = {rule.name: rule.level for rule in rules}
    for name, word in configured(config).items():
        if name not in found:
            raise SettingsError(
                KEY,
                name,
                "there is no such rule",
                hint=f"rules: {', '.join(sorted(found))}",
            )
        found[name] = _level(name, word)
    return found


def configured(config: Mapping[str, str]) -> dict[str, object]:
    """The mapping as it stands in the config; structured config arrives as JSON text."""
    text = config.get(KEY, "")
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        value = text
    if not isinstance(value, dict):
        raise SettingsError(KEY, value, "it must be a mapping of rule to level")
    return value


def _level(name: str, word: object) -> Level:
    for level in LEVELS:
        if word == level:
            return level
    raise SettingsError(f"{KEY}.{name}", word, _ALLOWED)
