"""The one way a setting is declared: default, meaning, and in words what is allowed.

The words are what an error shows, so they stand beside the bound they describe. pydantic's own error
texts are never shown to a user.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo


class Section(BaseModel):
    """A group of settings: strict, closed and frozen; keys are camelCase as everywhere in Pulumi YAML."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


def setting(default: Any, meaning: str, *, allowed: str, **constraints: Any) -> Any:  # as pydantic's Field
    return Field(default, description=meaning, title=allowed, **constraints)


def section(kind: type[Section], meaning: str) -> Any:  # as pydantic's Field
    return Field(
        default_factory=kind, description=meaning, title="a mapping of settings", validate_default=False
    )


def whole(default: int, meaning: str, low: int, high: int, unit: str = "") -> Any:  # as pydantic's Field
    words = f"a whole number{f' of {unit}' if unit else ''} from {low} to {high}"
    return setting(default, meaning, allowed=words, ge=low, le=high)


def allowed_words(field: FieldInfo) -> str:
    return field.title or "another kind of value"
