"""What is to be run, and against what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Program:
    """A Pulumi program (a folder with ``__main__.py``) and the configuration it sees."""

    directory: Path
    project: str
    stack: str
    config: Mapping[str, str]  # "namespace:key" -> text (JSON text for structured values)
    secret_keys: frozenset[str] = frozenset()
    environment: Mapping[str, str] = field(default_factory=dict)  # on top of the parent's


@dataclass(frozen=True)
class Target:
    """Where resources are created. The state of another ``instance`` is set aside: that twin is gone."""

    endpoint: str
    region: str
    instance: str
