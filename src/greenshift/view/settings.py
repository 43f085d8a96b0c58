"""How two versions of a function differ in settings, without any value of an environment variable. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from greenshift.reading.settings import VersionSettings


@dataclass(frozen=True)
class SettingChange:
    """``memory``, ``128 MB``, ``256 MB``; of a variable only that it was ``added``, ``removed`` or
    ``changed``, since what it holds may be a secret.
    """

    name: str
    before: str = ""
    after: str = ""
    variable: str = ""
    """added, removed or changed; empty for what is no environment variable."""


def changes_of(before: VersionSettings, after: VersionSettings) -> tuple[SettingChange, ...]:
    """Settings first, then variables by name."""
    return (*_settings(before, after), *_variables(before, after))


def _settings(before: VersionSettings, after: VersionSettings) -> Iterator[SettingChange]:
    for name, value in after.values.items():
        earlier = before.values.get(name, "")
        if earlier != value:
            yield SettingChange(name, earlier, value)


def _variables(before: VersionSettings, after: VersionSettings) -> Iterator[SettingChange]:
    for name in sorted({*before.variables, *after.variables}):
        earlier, later = before.variables.get(name), after.variables.get(name)
        if earlier != later:
            what = "added" if earlier is None else "removed" if later is None else "changed"
            yield SettingChange(name, variable=what)
