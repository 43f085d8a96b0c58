"""docs/style.py: what it says against a page, and that it leaves code alone."""

from __future__ import annotations

import pytest
import style


def said(page: str) -> list[tuple[int, str]]:
    return [(each.line, each.text.split(":")[0]) for each in style.complaints(page, [style.house])]


WORDS = [
    "mended", "utilizes", "leverage", "in order to", "simply", "of course", "please", "for ever",
    "roll-backs", "goes back", "sent back", "deeds", "e.g. this", "i.e. that", "and/or", "whitelisted",
]  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_each_word_of_the_house_is_found_where_it_stands(word: str) -> None:
    assert [line for line, _ in said(f"# A page\n\nThe first line\nhas {word} in it.\n")] == [3]


def test_each_rule_of_the_house_was_tried() -> None:
    tried = [style.RULES["avoid"].index(style.rule_against(word)) for word in WORDS]

    assert set(tried) == set(range(len(style.RULES["avoid"])))


@pytest.mark.parametrize(
    "page",
    [
        "```sh\nsimply --please\n```\n",
        "  ```text\n  mended\n  ```\n",
        "Run `simply` now.\n",
        "See [this page](please.md).\n",
        "<!-- simply -->\n",
    ],
)
def test_code_and_the_targets_of_links_are_no_prose(page: str) -> None:
    assert said(page) == []


def test_a_sentence_that_is_too_long_is_told_with_its_length() -> None:
    most = style.RULES["most_words"]

    assert said("word " * most + "\n") == []
    assert said("Short. " + "word " * (most + 1) + "\n") == [(1, f"a sentence of {most + 1} words")]


def test_a_cell_and_an_item_are_sentences_of_their_own() -> None:
    half = "word " * (style.RULES["most_words"] // 2 + 2)

    assert said(f"| {half} | {half} |\n") == []
    assert said(f"- {half}\n- {half}\n1. {half}\n") == []
    assert said(f"> {half}\n\n{half}\n") == []


def test_a_paragraph_over_several_lines_is_told_of_by_its_line() -> None:
    assert said("One.\nTwo.\n\nThree is\nsimply four.\n") == [(4, "'simply'")]


@pytest.mark.parametrize(
    "words",
    [
        "went back",
        "It is going back",
        "they all go back",
        "sends everything back",
        "is turned back",
        "takes it back",
    ],
)
def test_a_release_is_rolled_back_as_aws_says(words: str) -> None:
    assert len(said(f"The release: {words} at once.\n")) == 1


@pytest.mark.parametrize(
    "quoted", ["*Stop and go back*", "there is nothing to go back to", "a call back", "what is back"]
)
def test_the_words_of_a_button_and_of_a_refusal_may_be_quoted(quoted: str) -> None:
    assert said(f"The page says {quoted}.\n") == []


def test_nothing_is_said_of_nothing() -> None:
    assert said("") == []
