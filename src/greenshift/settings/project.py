"""A project and one of its stacks, read from disk before any engine starts: the CLI's way in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from greenshift.settings.model import Settings, no_functions, parse_settings
from greenshift.settings.parse import NAMESPACE
from greenshift.settings.yaml_files import find_root, read_project, read_stack


@dataclass(frozen=True, kw_only=True)
class Project:
    name: str
    stack: str
    directory: Path
    settings: Settings
    config: dict[str, str]
    """``{"namespace:key": text}`` of all namespaces, structured values as JSON text, as a program gets it."""
    secret_keys: frozenset[str]
    """The keys of ``config`` that hold a secret; their values are still encrypted (see ``notes``)."""
    notes: tuple[str, ...]
    """What a person should know: one line each."""


def load_project(directory: Path | str, stack: str, *, any_program: bool = False) -> Project:
    """The project in ``directory`` (or above it), with the config of ``stack``.

    ``any_program``: a Pulumi program of which Greenshift releases nothing will do, and then has no functions.
    """
    root = find_root(Path(directory))
    name, values = read_project(root)
    values |= read_stack(root, name, stack)
    config = {key: value.text for key, value in sorted(values.items())}
    is_bare = any_program and _FUNCTIONS not in config
    secret_keys = frozenset(key for key, value in values.items() if value.secret)
    return Project(
        name=name,
        stack=stack,
        directory=root,
        settings=no_functions() if is_bare else parse_settings(config, root, secret_keys),
        config=config,
        secret_keys=secret_keys,
        notes=tuple(_encrypted(key, stack) for key in sorted(secret_keys)),
    )


_FUNCTIONS = f"{NAMESPACE}:functions"


def _encrypted(key: str, stack: str) -> str:
    return (
        f"{key} of stack {stack!r} is encrypted: only the Pulumi CLI can decrypt it, so here it keeps its "
        "encrypted text and is treated as a secret"
    )
