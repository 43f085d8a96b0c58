"""What became of one step."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.repair.steps import Step


@dataclass(frozen=True)
class Outcome:
    """``told`` says what was done; or, when it was not fixed, why not and what to do next."""

    step: Step
    is_fixed: bool
    told: str
