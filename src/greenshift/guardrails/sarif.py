"""What was found as SARIF 2.1.0, which code hosts show at the line (OASIS, "Static Analysis Results
Interchange Format").

A resource has no line of its own: it is told where its name stands in the program, else at the top of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from greenshift.guardrails.program import Program
from greenshift.guardrails.rule import MANDATORY, AnyRule

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ENTRY = "__main__.py"

Found = tuple[str, str, str, bool]
"""Rule, the resource's name, the message, whether it refuses the program."""


def log(found: Iterable[Found], rules: Sequence[AnyRule], directory: Path) -> str:
    """The text of a log file with one run."""
    program = Program(directory)
    driver = {"name": "Greenshift guardrails", "rules": [_rule(rule) for rule in rules]}
    results = [_result(item, program) for item in found]
    run = {"tool": {"driver": driver}, "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: AnyRule) -> dict[str, Any]:
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.why},
        "help": {"text": f"Fix: {rule.fix}"},
        "defaultConfiguration": {"level": "error" if rule.level == MANDATORY else "warning"},
    }


def _result(found: Found, program: Program) -> dict[str, Any]:
    rule, name, message, is_mandatory = found
    file, _, line = (program.named(name) or f"{_ENTRY}:1").rpartition(":")
    place = {"artifactLocation": {"uri": file}, "region": {"startLine": int(line)}}
    return {
        "ruleId": rule,
        "level": "error" if is_mandatory else "warning",
        "message": {"text": f"{name}: {message}"},
        "locations": [{"physicalLocation": place}],
        # A line moves with every change; the same fault of the same resource is the same.
        "partialFingerprints": {"resource/v1": f"{rule}:{name}"},
    }
