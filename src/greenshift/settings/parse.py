"""Config as Pulumi passes it to a program, ``{"greenshift:key": text}``, becomes one document.

Pulumi passes every value as text and structured ones as JSON text, so JSON is
what is parsed and strict types hold: ``timeout: "10"`` in YAML is an error, not a ten.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from greenshift.settings.explain import Written
from greenshift.settings.overlay import is_path, overlaid, setting_of

NAMESPACE = "greenshift"
# The only top-level settings that are text; all others are structured.
_TEXT_KEYS = ("rollout", "githubToken", "permissionsBoundary")


def read_config(config: Mapping[str, str], secret_keys: Iterable[str] = ()) -> Written:
    """What the ``greenshift:`` part of ``config`` says."""
    own = _own(config)
    hidden = frozenset(key.removeprefix(f"{NAMESPACE}:") for key in secret_keys) & own.keys()
    secrets = frozenset(setting_of(key) for key in hidden)
    whole = {key: _structured(key, text) for key, text in own.items() if not is_path(key)}
    inside = {key: text for key, text in own.items() if is_path(key)}
    return Written(overlaid(whole, inside, NAMESPACE), secrets)


def _own(config: Mapping[str, str]) -> dict[str, str]:
    prefix = f"{NAMESPACE}:"
    return {key.removeprefix(prefix): text for key, text in config.items() if key.startswith(prefix)}


def _structured(key: str, text: str) -> object:
    """What JSON text stands for; a text that is none stays one, and the model says what is wrong with it."""
    if key in _TEXT_KEYS:
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
