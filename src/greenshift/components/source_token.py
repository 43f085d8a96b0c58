"""The OAuth token of a GitHub source: found before anything is created, refused where it is a placeholder.

A program cannot see which engine runs it. Greenshift's own says so in the program's environment; whoever
does not say it is Pulumi itself, which creates for good.
"""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from greenshift.settings import GithubToken, Settings

OWN_ENGINE = "GREENSHIFT_ENGINE"


def source_token(settings: Settings, environment: Mapping[str, str]) -> GithubToken | None:
    """None when the source needs no token. Previews and the twin may go on with a placeholder."""
    if settings.source.provider != "github":
        return None
    token = settings.token(environment)
    if not pulumi.runtime.is_dry_run() and OWN_ENGINE not in environment:
        token.refuse_placeholder()
    return token
