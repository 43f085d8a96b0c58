"""Test cases out of JUnit's XML; none with a document type, whose entities can grow without end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

_LARGEST = 10 * 1024 * 1024
_LONGEST_MESSAGE = 2_000

SUCCEEDED = "SUCCEEDED"
FAILED = "FAILED"
ERROR = "ERROR"
SKIPPED = "SKIPPED"
STATUSES = (SUCCEEDED, FAILED, ERROR, SKIPPED, "UNKNOWN")
"""Of a test case (API reference: TestCase, ``status``)."""
_TOLD = {"failure": FAILED, "error": ERROR, "skipped": SKIPPED}


@dataclass(frozen=True)
class Case:
    """One test; ``file`` is where it was told, below the report's directory."""

    suite: str
    name: str
    status: str
    seconds: float
    message: str
    file: str

    @property
    def whole_name(self) -> str:
        return ".".join(part for part in (self.suite, self.name) if part) or "?"


def cases(path: Path, name: str) -> Iterator[Case]:
    """Every test of a file; ParseError, OSError or ValueError when it cannot be read."""
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"it is larger than {_LARGEST >> 20} MB")
    text = path.read_bytes()
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise ValueError("it has a document type")
    for case in ElementTree.fromstring(text).iter("testcase"):
        yield _case(case, name)


def _case(case: ElementTree.Element, file: str) -> Case:
    ended = next((child for child in case if child.tag in _TOLD), None)
    message = "" if ended is None else ended.get("message") or (ended.text or "").strip()
    return Case(
        suite=case.get("classname") or "",
        name=case.get("name") or "",
        status=SUCCEEDED if ended is None else _TOLD[ended.tag],
        seconds=_seconds(case.get("time")),
        message=message[:_LONGEST_MESSAGE],
        file=file,
    )


def _seconds(told: str | None) -> float:
    """Some tools write ``1,234.5``; what is no number counts as none."""
    try:
        return max(0.0, float((told or "0").replace(",", "")))
    except ValueError:
        return 0.0
