"""The tags of a function: at most fifty, and none in AWS's own name (developer guide, "Using tags")."""

from __future__ import annotations

from collections.abc import Mapping

from greenshift.twin.awslambda import errors

MOST_TAGS = 50


def checked_tags(tags: Mapping[str, str]) -> dict[str, str]:
    if any(key.lower().startswith("aws:") for key in tags):
        raise errors.invalid("Tag keys may not begin with aws:, which is reserved for AWS.")
    if len(tags) > MOST_TAGS:
        raise errors.invalid(f"A function may have at most {MOST_TAGS} tags.")
    return dict(tags)
