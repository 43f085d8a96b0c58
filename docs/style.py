"""The style of our pages, where a machine can judge it: words we do not use, sentences nobody reads twice.

    .venv-docs/bin/python docs/style.py FILE...   exit 1 when a page breaks a rule, and say where

The rules of the house are in docs/style.toml; everybody's, of hedges and tautologies, are proselint's. Code,
commands and links' targets are no prose. A cell of a table and an item of a list are sentences of their own.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

RULES = tomllib.loads((Path(__file__).parent / "style.toml").read_text())
_FENCE = re.compile(r"^\s*(```|~~~)")
_NO_PROSE = re.compile(r"`[^`]*`|<[^>]+>|\]\([^)]*\)")
_END = re.compile(r"[.!?:;](?=\s|$)")
_BLOCK = re.compile(r"^\s*([-*+>]|\d+\.|#+)\s+(\[.\]\s+)?|^\s*$")


@dataclass(frozen=True)
class Sentence:
    """Prose without its code, and the line of the page on which it begins."""

    line: int
    text: str


@dataclass(frozen=True)
class Complaint:
    """What is wrong on a line of a page, and what to write instead."""

    line: int
    text: str


Judge = Callable[[Sequence[Sentence]], Iterable[Complaint]]


def complaints(page: str, judges: Iterable[Judge]) -> list[Complaint]:
    """Everything these say against a page's text."""
    prose = list(sentences(page))
    return [each for judge in judges for each in judge(prose)]


def house(prose: Sequence[Sentence]) -> Iterator[Complaint]:
    """Our own rules."""
    for sentence in prose:
        yield from _words(sentence)
        yield from _length(sentence)


def everybody() -> Judge:
    """proselint's rules, apart from those for printed books."""
    from proselint.checks import __register__
    from proselint.config import DEFAULT
    from proselint.registry import CheckRegistry
    from proselint.tools import LintFile

    CheckRegistry().register_many(__register__)
    left_out = {"typography": False, "lexical_illusions": False, "misc.but": False}
    config = {**DEFAULT, "checks": {**DEFAULT["checks"], **left_out}}

    def judge(prose: Sequence[Sentence]) -> Iterator[Complaint]:
        text = "\n".join(sentence.text for sentence in prose)
        for found in LintFile("page", text).lint(config) if text else ():
            line, result = found.pos[0] - 1, found.check_result
            yield Complaint(prose[line].line, f"{result.message} ({result.check_path})")

    return judge


def sentences(page: str) -> Iterator[Sentence]:
    """The sentences of a page in Markdown."""
    for line, text in _blocks(page):
        begin = 0
        for end in (*(found.end() for found in _END.finditer(text)), len(text)):
            if (sentence := text[begin:end].strip()) and re.search(r"\w", sentence):
                yield Sentence(line + text.count("\n", 0, begin), " ".join(sentence.split()))
            begin = end


def _blocks(page: str) -> Iterator[tuple[int, str]]:
    """Paragraphs, items and cells, each with the line it begins on; code between fences is left out."""
    is_code, began, block = False, 1, ""
    for number, line in enumerate((*page.splitlines(), ""), 1):
        is_fence = bool(_FENCE.match(line))
        is_table = line.lstrip().startswith("|")
        if is_fence or is_code or is_table or _BLOCK.match(line):
            yield began, block
            began, block = number, ""
        is_code ^= is_fence
        if is_fence or is_code:
            continue
        prose = _NO_PROSE.sub(lambda found: "]" if found[0].startswith("]") else "_", line)
        if is_table:
            yield from ((number, cell) for cell in prose.split("|"))
        else:
            began = began if block.strip() else number
            block += _BLOCK.sub("", prose) + "\n"


def rule_against(text: str) -> dict[str, str]:
    """The first rule of the house that a text breaks; empty when it breaks none."""
    return next((rule for rule in RULES["avoid"] if _found(rule, text)), {})


def _words(sentence: Sentence) -> Iterator[Complaint]:
    for rule in RULES["avoid"]:
        if found := _found(rule, sentence.text):
            yield Complaint(sentence.line, f"'{found[0]}': {rule['say']}")


def _found(rule: dict[str, str], text: str) -> re.Match[str] | None:
    return re.search(rf"(?<!\w)({rule['word']})(?!\w)", text, re.IGNORECASE)


def _length(sentence: Sentence) -> Iterator[Complaint]:
    if (words := len(re.findall(r"\b[^\W_]\S*", sentence.text))) > RULES["most_words"]:
        yield Complaint(sentence.line, f"a sentence of {words} words: {sentence.text[:60]}...")


def main(files: list[str]) -> int:
    judges = (house, everybody())
    found = [(file, each) for file in files for each in complaints(Path(file).read_text(), judges)]
    for file, each in found:
        print(f"{file}:{each.line}: {each.text}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
