"""The settings of the running Pulumi program. The only file of settings that imports Pulumi.

``pulumi.Config`` answers for keys one already knows; to refuse a misspelt key all of them must be seen,
so the two places the SDK itself reads from are read: the map set by the engine and PULUMI_CONFIG.
"""

from __future__ import annotations

from pathlib import Path

from pulumi.runtime import config as runtime_config

from greenshift.settings.model import Settings
from greenshift.settings.parse import parse_settings
from greenshift.settings.yaml_files import find_root


def read_settings(root: Path | None = None) -> Settings:
    config = {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}
    secret_keys = [key for key in config if runtime_config.is_config_secret(key)]
    secret_keys += runtime_config.get_config_secret_keys_env()
    return parse_settings(config, root or find_root(Path.cwd()), secret_keys)
