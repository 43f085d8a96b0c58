"""A report as JUnit XML, the form CI systems show: one suite per group, one case per check and subject."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from greenshift.verify.result import Report, Result

# XML 1.0 has no way to write these, not even escaped (section 2.2, "Characters").
_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(report: Report, name: str) -> str:
    counts = report.counts()
    root = ElementTree.Element(
        "testsuites",
        name=_text(name),
        tests=str(len(report.results)),
        failures=str(counts["failed"]),
        skipped=str(counts["skipped"]),
        errors="0",
        time=_seconds(report.results),
    )
    for group in report.groups:
        _suite(root, group, report.of(group))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ElementTree.Element, group: str, results: tuple[Result, ...]) -> None:
    suite = ElementTree.SubElement(
        root,
        "testsuite",
        name=group,
        tests=str(len(results)),
        failures=str(sum(result.status == "failed" for result in results)),
        skipped=str(sum(result.status == "skipped" for result in results)),
        errors="0",
        time=_seconds(results),
    )
    for result in results:
        _case(suite, result)


def _case(suite: ElementTree.Element, result: Result) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=f"greenshift.{result.group}",
        name=_text(f"{result.check}: {result.subject}"),
        time=f"{result.seconds:.3f}",
    )
    if result.status == "failed":
        failure = ElementTree.SubElement(case, "failure", message=_text(result.found), type=result.id)
        failure.text = _text(f"expected: {result.expected}\nfound: {result.found}\nfix: {result.fix}")
    elif result.status == "skipped":
        ElementTree.SubElement(case, "skipped", message=_text(result.found))


def _seconds(results: tuple[Result, ...]) -> str:
    return f"{sum(result.seconds for result in results):.3f}"


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
