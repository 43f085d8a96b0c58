"""What a buildspec may say and the twin leaves out: one line of the build's log each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def ignored(
    known: Iterable[str], top: Mapping[str, object], env: Mapping[str, object], cache: Mapping[str, object]
) -> Iterable[str]:
    """What the buildspec asks for and the twin leaves out, one log line each."""
    if "batch" in top:
        yield "batch: it counts for batch builds, and this is a single one"
    if "proxy" in top:
        yield "proxy: there is no explicit proxy server between a build and the twin"
    phases = top.get("phases")
    for name, phase in phases.items() if isinstance(phases, dict) else ():
        if isinstance(phase, dict) and "run-as" in phase:
            yield f"phases.{name}.run-as: commands run as the user of the twin"
    if "run-as" in top:
        yield "run-as: commands run as the user of the twin"
    if env.get("git-credential-helper"):
        yield "env.git-credential-helper: sources come without git"
    if "key" in cache or "fallback-keys" in cache:
        yield "cache.key and cache.fallback-keys: the twin keeps one cache for each project"
    for key in top:
        if key not in known:
            yield f"{key}: no section of a buildspec; an anchor in it can be used anyway"
