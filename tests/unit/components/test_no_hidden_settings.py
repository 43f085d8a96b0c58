"""No component decides what a user may want to decide: its literals are forms and limits, not values.

Looked at are numbers, switches given by keyword or in a mapping, and texts that are a setting's default or
look like one (an image, a runtime, a compute type). Each that stays has its reason below; one that is no
longer there has to leave the list.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from settings_page import all_settings

from greenshift.settings import RUNTIMES

COMPONENTS = Path(__file__).parents[3] / "src" / "greenshift" / "components"

# Keywords of Python's own, which say nothing about AWS.
PYTHON = {"frozen", "kw_only", "sort_keys"}

ALLOWED: dict[str, dict[str, str]] = {
    "alarm.py": {
        "return_data=True": "metric math: the query the alarm watches",
        "return_data=False": "metric math: the queries it is made from",
        "1": "the place of a query in the list",
        "2": "the place of a query in the list",
    },
    "artifact_store.py": {
        "block_public_acls=True": "the bucket is private, whatever the configuration",
        "block_public_policy=True": "the bucket is private, whatever the configuration",
        "ignore_public_acls=True": "the bucket is private, whatever the configuration",
        "restrict_public_buckets=True": "the bucket is private, whatever the configuration",
        "bucket_key_enabled=True": "costs nothing and saves calls to KMS",
    },
    "build_project.py": {
        "delete_reports=True": "a group that still has reports cannot be deleted, and destroy leaves nothing",
        "'none'": "the name of the setting's value, to act on it",
    },
    "buildspec.py": {"0.2": "the version of the buildspec's format"},
    "delivery_pipeline.py": {},
    "deployment_group.py": {
        "enabled=True": "a release without alarm and rollback is no release of ours",
        "ignore_poll_alarm_failure=False": "not knowing is not good enough",
    },
    "error_alarm.py": {
        "actions_enabled=True": "CodeDeploy reads the alarm's state; an alarm that is off has none"
    },
    "event_patterns.py": {"2048": "limit of a service"},
    "function_role.py": {"1": "policies of a program are counted from one"},
    "function_images.py": {
        "scan_on_push=True": "basic scanning costs nothing, and says what an image brings",
        "force_delete=True": "destroy leaves nothing, and nobody else's images are in there",
    },
    "ledger.py": {"enabled=True": "rows say when they expire; with a key, encryption is on"},
    "lifecycle.py": {
        "20": "how much of the pipeline's name CodePipeline puts into its keys",
        "expired_object_delete_marker=True": "what is left of an object that has expired",
    },
    "manifests.py": {"1": "the version of the files' format, and their indentation"},
    "service_function.py": {
        "publish=True": "an alias needs a numbered version",
        "0": "what stands before the first dot",
    },
    "stages.py": {"1": "waves are counted from one in names a person reads"},
    "source_connection.py": {"'connection'": "the name of the resource"},
    "web.py": {
        "auto_deploy=True": "a route that is not deployed answers nobody",
        "invoked_via_function_url=True": "the condition that lets a call in through the URL alone",
    },
}


def literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield node.lineno, repr(node.value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_a_setting(node.value):
            yield node.lineno, repr(node.value)
        yield from switches(node)


def switches(node: ast.AST) -> Iterator[tuple[int, str]]:
    pairs: list[tuple[object, ast.expr]] = []
    if isinstance(node, ast.Call):
        pairs = [(keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg not in PYTHON]
    if isinstance(node, ast.Dict):
        pairs = [
            (key.value if isinstance(key, ast.Constant) else None, value)
            for key, value in zip(node.keys, node.values, strict=True)
        ]
    for name, value in pairs:
        if isinstance(value, ast.Constant) and isinstance(value.value, bool):
            yield value.lineno, f"{name}={value.value}"


def is_a_setting(text: str) -> bool:
    looks = re.fullmatch(r"[\w.-]+(/[\w.-]+)+:[\w.]+|BUILD_\w+|(rate|cron)\(.*\)|LOCAL_\w+", text)
    return bool(looks) or text in DEFAULTS


DEFAULTS = {each.default.strip("`") for each in all_settings() if each.kind == "text"} | set(RUNTIMES)


def found() -> dict[str, dict[str, list[int]]]:
    all_of_them: dict[str, dict[str, list[int]]] = {}
    resources = (path for path in COMPONENTS.rglob("*.py") if path.parent.name != "policies")
    for path in sorted(resources):
        for line, literal in literals(ast.parse(path.read_text())):
            all_of_them.setdefault(path.name, {}).setdefault(literal, []).append(line)
    return all_of_them


def test_no_component_holds_a_literal_that_should_be_a_setting() -> None:
    hidden = [
        f"{file}:{lines[0]}: {literal}"
        for file, here in found().items()
        for literal, lines in here.items()
        if literal not in ALLOWED.get(file, {})
    ]

    assert hidden == [], "make it a setting, or give the reason why it is none"


def test_every_reason_is_still_needed() -> None:
    here = found()

    assert [
        f"{file}: {literal}"
        for file, reasons in ALLOWED.items()
        for literal in reasons
        if literal not in here.get(file, {})
    ] == []


def test_the_search_sees_what_it_looks_for() -> None:
    code = """
Function("f", runtime="python3.13", timeout=900, publish=True, memory_size=settings.memory)
Project("p", environment={"image": "aws/codebuild/standard:7.0", "privileged_mode": True})
LogGroup("g", retention_in_days=30.5)
"""

    assert [literal for _, literal in sorted(set(literals(ast.parse(code))))] == [
        *("'python3.13'", "900", "publish=True"),
        *("'aws/codebuild/standard:7.0'", "privileged_mode=True"),
        "30.5",
    ]
