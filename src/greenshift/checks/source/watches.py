"""Rollouts that are over before their alarm can speak."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.checks.finding import Finding
from greenshift.checks.source.places import setting_place
from greenshift.settings import Project


def check_watches(project: Project) -> Iterator[Finding]:
    """A hint where the release stays open for the alarm, a warning where it does not."""
    settings = project.settings
    for key, watch in settings.watches.items():
        if watch.is_too_short:
            own = settings.functions[key].rollout is not None
            setting = f"functions.{key}.rollout" if own else "rollout"
            place = setting_place(project.directory, project.stack, f"greenshift:{setting}")
            yield Finding(
                rule="rollout-too-short",
                level="hint" if watch.is_covered else "warning",
                function=key,
                file=place.file,
                line=place.line,
                what=watch.what,
                why=watch.why,
                fix=watch.fix,
            )
