"""The one way a setting is declared: default, meaning, an example, and in words what is allowed.

The words are what an error shows and what the reference prints, so they stand beside the bound they
describe. pydantic's own error texts are never shown to a user.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined


class Section(BaseModel):
    """A group of settings: strict, closed and frozen; keys are camelCase as everywhere in Pulumi YAML."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


def setting(
    default: Any, meaning: str, *, allowed: str, example: Any = None, **constraints: Any
) -> Any:  # as pydantic's Field
    """``example`` is as JSON has it; without one the default is its own example."""
    examples = None if example is None else [example]
    return Field(default, description=meaning, title=allowed, examples=examples, **constraints)


def section(kind: type[Section], meaning: str) -> Any:  # as pydantic's Field
    return Field(
        default_factory=kind, description=meaning, title="a mapping of settings", validate_default=False
    )


def whole(
    default: int | None, meaning: str, low: int, high: int, unit: str = "", *, example: int | None = None
) -> Any:  # as pydantic's Field
    words = f"a whole number{f' of {unit}' if unit else ''} from {low} to {high}"
    return setting(default, meaning, allowed=words, example=example, ge=low, le=high)


def allowed_words(field: FieldInfo) -> str:
    return field.title or "another kind of value"


def example_of(field: FieldInfo) -> Any:
    """The declared example, else the default."""
    if field.examples:
        return field.examples[0]
    return None if field.default is PydanticUndefined else field.default
