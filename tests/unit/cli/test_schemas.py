"""The published schemas are schemas, whole, and know what they describe from something else."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator, ValidationError

from greenshift.cli import schemas


@pytest.mark.parametrize("name", schemas.COMMANDS)
def test_every_command_s_schema_is_valid_and_complete_in_itself(name: str) -> None:
    schema = schemas.of_command(name)

    Draft202012Validator.check_schema(schema)
    with pytest.raises(ValidationError):  # and every reference in it leads somewhere
        Draft202012Validator(schema).validate({"nothing": "like it"} if name != "history" else [{}])


def test_a_number_in_place_of_a_text_is_refused() -> None:
    with pytest.raises(ValidationError):
        Draft202012Validator(schemas.of_command("version")).validate({"version": 2})


def test_the_document_has_a_version_in_its_name() -> None:
    assert schemas.document()["$id"] == f"urn:greenshift:commands:{schemas.VERSION}"
