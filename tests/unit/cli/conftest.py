"""Snapshots and releases in one line, and a way to see markup as a person would."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from greenshift.view import ActionView, FunctionRelease, FunctionView, Progress, ReleaseView, StageView

Plain = Callable[[str], str]
MakeSnapshot = Callable[..., Progress]
MakeRelease = Callable[..., ReleaseView]

_RELEASE = ReleaseView(
    "id", "SHIFTING", "0123456789ab", "Lower the fee", "t", "2026-11-23T16:50:57.123Z", "", "", "", (), ()
)


@pytest.fixture
def plain() -> Plain:
    """Markup as words: what a pipe would get, with trailing spaces gone."""

    def render(markup: str) -> str:
        console = Console(file=io.StringIO(), highlight=False, soft_wrap=True, force_terminal=False)
        with console.capture() as captured:
            console.print(markup)
        return "\n".join(line.rstrip() for line in captured.get().rstrip("\n").split("\n"))

    return render


@pytest.fixture
def release_of() -> MakeRelease:
    """A release: ``release_of(charge=("1", "2"), status="SHIFTING")``."""

    def make(
        status: str = "SHIFTING", reason: str = "", message: str = "Lower the fee", **functions: Any
    ) -> Any:
        parts = tuple(
            FunctionRelease(key, f"payments-{key}", old, new, "") for key, (old, new) in functions.items()
        )
        return replace(_RELEASE, status=status, reason=reason, message=message, functions=parts)

    return make


@pytest.fixture
def snapshot_of() -> MakeSnapshot:
    """A snapshot: stages as ``{"Source": "Succeeded"}``, everything else as Progress's own fields."""

    def make(
        stages: dict[str, str] | None = None,
        functions: tuple[FunctionView, ...] = (),
        release: ReleaseView | None = None,
        status: str = "InProgress",
        message: str = "Lower the fee",
        error: str = "",
        summary: str = "",
    ) -> Progress:
        views = tuple(
            StageView(name, (ActionView(name, name, state, summary, error if state == "Failed" else ""),))
            for name, state in (stages or {}).items()
        )
        return Progress("payments", "id", status, "0123456789ab", message, views, functions, release)

    return make
