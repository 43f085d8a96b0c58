"""``#{namespace.key}`` in configurations."""

from __future__ import annotations

import pytest

from greenshift.twin.codepipeline.variables import UnresolvedVariable, resolve, resolve_all

SCOPES = {
    "Source": {"CommitId": "abc", "Message": "costs #{Source.CommitId} $5"},
    "codepipeline": {"Id": "e-1"},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("#{Source.CommitId}", "abc"),
        ("a-#{Source.CommitId}-#{codepipeline.Id}-z", "a-abc-e-1-z"),
        ('{"id":"#{codepipeline.Id}"}', '{"id":"e-1"}'),
        ("#{nodot} $" + "{Source.CommitId} #Source.CommitId", "#{nodot} ${Source.CommitId} #Source.CommitId"),
        # A value is text: a reference inside it is not resolved again.
        ("#{Source.Message}", "costs #{Source.CommitId} $5"),
    ],
)
def test_references_are_replaced_by_their_values(text: str, expected: str) -> None:
    assert resolve(text, SCOPES) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("#{Build.Tag}", "Known namespaces: Source, codepipeline"),
        ("#{Source.commitid}", "It has: CommitId, Message"),
        ("#{source.CommitId}", "the namespace 'source'"),
    ],
)
def test_a_reference_without_a_value_says_what_there_is(text: str, words: str) -> None:
    with pytest.raises(UnresolvedVariable, match=words):
        resolve(text, SCOPES)


def test_every_value_of_a_configuration_is_resolved() -> None:
    assert resolve_all({"a": "#{codepipeline.Id}", "b": "x"}, SCOPES) == {"a": "e-1", "b": "x"}
