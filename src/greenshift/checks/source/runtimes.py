"""Runtimes AWS has given up, or will soon: from the settings' table of dates, against a given day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from greenshift.checks.finding import Finding
from greenshift.checks.source.places import Place
from greenshift.contract.runtimes import DEFAULT_RUNTIME
from greenshift.settings import RUNTIMES, Runtime


def check_runtime(key: str, runtime: str, today: date, place: Place) -> Iterator[Finding]:
    """Past deprecation a warning; past a block date an error, as a deployment would then fail."""
    known = RUNTIMES.get(runtime)
    if known is None or not known.is_deprecated(today):
        return
    blocked = not known.can_be_created(today)
    yield Finding(
        rule="runtime-blocked" if blocked else "runtime-deprecated",
        level="error" if blocked else "warning",
        function=key,
        file=place.file,
        line=place.line,
        what=f"{runtime} is deprecated since {known.deprecated}",
        why=_why(known, today),
        fix=f"set greenshift:functions.{key}.runtime to {DEFAULT_RUNTIME[known.language]}, and test with it",
    )


def _why(runtime: Runtime, today: date) -> str:
    if today >= runtime.block_update:
        return f"since {runtime.block_update} Lambda refuses to create or to update functions on it"
    if today >= runtime.block_create:
        return (
            f"since {runtime.block_create} Lambda refuses to create functions on it, "
            f"and to update them from {runtime.block_update}"
        )
    return (
        "it gets no more security patches; Lambda refuses to create functions on it "
        f"from {runtime.block_create} and to update them from {runtime.block_update}"
    )
