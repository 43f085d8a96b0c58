"""The config of the running Pulumi program. The only file of settings that imports Pulumi.

``pulumi.Config`` answers for keys one already knows; to refuse a misspelt key all of them must be seen,
so the two places the SDK itself reads from are read: the map set by the engine and PULUMI_CONFIG.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pulumi.runtime import config as runtime_config

from greenshift.settings.parse import NAMESPACE
from greenshift.settings.yaml_files import find_root


@dataclass(frozen=True)
class Configured:
    """The program's whole config, which of its keys are secrets, and where its project is."""

    config: Mapping[str, str]
    root: Path
    secret_keys: Sequence[str]


def configured(root: Path | None, given: Mapping[str, str], given_secrets: Iterable[str]) -> Configured:
    """The config with what the program gives: ``given`` has text by top-level key, and goes first."""
    config = {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}
    secrets = [key for key in config if runtime_config.is_config_secret(key)]
    secrets += runtime_config.get_config_secret_keys_env()
    own = {f"{NAMESPACE}:{key}": text for key, text in given.items()}
    return Configured(
        {**config, **own},
        root or find_root(Path.cwd()),
        [*(key for key in secrets if key not in own), *(f"{NAMESPACE}:{key}" for key in given_secrets)],
    )
