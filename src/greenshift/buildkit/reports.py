"""The tests of every function as a file of JUnit's XML: what CodeBuild makes the build's test report of.

In: what test commands left in a folder (``telling``). Out: ``.greenshift-build/reports/<function>.xml``, each
case with the function's key in front. A command that told nothing is one case by itself. A function without
tests has no file, but there is always one: CodeBuild fails a phase whose report has none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

FOLDER = "reports"
_LARGEST = 10 * 1024 * 1024
_LONGEST_MESSAGE = 2000
_ENDINGS = ("failure", "error", "skipped")
# What XML 1.0 has no way to write (section 2.2, "Characters").
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Case:
    """One test; ``ended`` is empty for one that passed, else failure, error or skipped."""

    name: str
    suite: str = ""
    seconds: float = 0.0
    ended: str = ""
    message: str = ""


@dataclass
class Reports:
    """Of one build; ``folder`` is where its files go."""

    folder: Path
    _cases: dict[str, list[Case]] = field(default_factory=dict)

    def ran(self, key: str, title: str, status: int, told: Path, *, found_none: bool = False) -> None:
        """A test command of a function has ended. What it left in ``told`` is read and removed.

        ``found_none``: its exit status means that there was nothing to test.
        """
        cases = list(_taken(told))
        failed = status != 0 and not found_none
        if failed and not any(case.ended in ("failure", "error") for case in cases):
            cases.append(Case(title, ended="failure", message=f"exit status {status}"))
        elif not cases and not found_none:
            cases.append(Case(title))
        self.add(key, *cases)

    def add(self, key: str, *cases: Case) -> None:
        """What is known of a function's tests; no case for one that has none."""
        self._cases.setdefault(key, []).extend(cases)
        if cases:
            self._write(key)

    def close(self, keys: Sequence[str], *, failed: bool) -> None:
        """The build has ended. Where no function has told of a test, one case says why: it counts as skipped,
        so there is no more than that one; nobody knows how many tests those have that never came to them.
        """
        if keys and not any(self._cases.values()):
            why = "the build failed before they ran" if failed else "no tests found"
            self.add(keys[0], Case("tests", ended="skipped", message=why))

    def _write(self, key: str) -> None:
        suite = ElementTree.Element("testsuite", name=key)
        for case in self._cases[key]:
            whole = ".".join(part for part in (key, case.suite) if part)
            element = ElementTree.SubElement(
                suite, "testcase", classname=_text(whole), name=_text(case.name), time=f"{case.seconds:.3f}"
            )
            if case.ended:
                ElementTree.SubElement(element, case.ended, message=_text(case.message))
        self.folder.mkdir(parents=True, exist_ok=True)
        document = ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)
        (self.folder / f"{key}.xml").write_bytes(document)


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)[:_LONGEST_MESSAGE]


def _taken(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        if path.is_file() and path.stat().st_size <= _LARGEST:
            yield from _read(path)
        if path.is_file():
            path.unlink()


def _read(path: Path) -> Iterable[Case]:
    """A file that cannot be read tells nothing: the command has its own status."""
    try:
        if path.suffix == ".jsonl":
            return [Case(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
        return list(_junit(ElementTree.parse(path).getroot()))
    except (ElementTree.ParseError, OSError, TypeError, ValueError):
        return ()


def _junit(root: ElementTree.Element) -> Iterator[Case]:
    for element in root.iter("testcase"):
        ended = next((child for child in element if child.tag in _ENDINGS), None)
        message = "" if ended is None else ended.get("message") or (ended.text or "").strip()
        yield Case(
            name=element.get("name") or "",
            suite=element.get("classname") or "",
            seconds=_seconds(element.get("time") or ""),
            ended="" if ended is None else ended.tag,
            message=message,
        )


def _seconds(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return 0.0
