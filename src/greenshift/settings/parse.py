"""Config as Pulumi passes it to a program, ``{"greenshift:key": text}``, becomes ``Settings``.

Both ways in end here. Pulumi passes every value as text and structured ones as JSON text, so JSON is
what is parsed and strict types hold: ``timeout: "10"`` in YAML is an error, not a ten.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from greenshift.settings.directories import resolve
from greenshift.settings.explain import Written, explain
from greenshift.settings.model import Settings

NAMESPACE = "greenshift"
# The only top-level settings that are text; all others are structured.
_TEXT_KEYS = ("rollout", "githubToken", "permissionsBoundary")


def parse_settings(config: Mapping[str, str], root: Path, secret_keys: Iterable[str] = ()) -> Settings:
    """Validate the ``greenshift:`` part of ``config`` for the project in ``root``."""
    own = _own(config)
    secrets = frozenset(key.removeprefix(f"{NAMESPACE}:") for key in secret_keys) & own.keys()
    written = Written({key: _structured(key, text) for key, text in own.items()}, secrets)
    try:
        settings = Settings.model_validate_json(json.dumps(written.document))
    except ValidationError as error:
        raise explain(error, written) from None
    return resolve(settings, root).with_secret_keys(secrets)


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
