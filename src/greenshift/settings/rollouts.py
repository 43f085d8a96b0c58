"""A rollout as a setting: written as text, held as a ``Strategy``. Nobody reads the text again."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator

from greenshift.rollout import AllAtOnce, Canary, Linear, Strategy, StrategyError, parse_strategy, text
from greenshift.settings.violation import Violation


def read_rollout(value: object) -> Strategy:
    if isinstance(value, AllAtOnce | Canary | Linear):
        return value
    if not isinstance(value, str):
        raise ValueError("a rollout is a text")
    try:
        return parse_strategy(value)
    except StrategyError as error:
        raise Violation(error.reason) from error


Rollout = Annotated[
    AllAtOnce | Canary | Linear, PlainValidator(read_rollout), PlainSerializer(text, return_type=str)
]
#: How a field's type may show it, for who describes types: a user writes text.
STRATEGIES: tuple[Any, ...] = (Rollout, AllAtOnce, Canary, Linear)
