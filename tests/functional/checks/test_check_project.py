"""`greenshift check` on projects as they lie on disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
import yaml

from greenshift.buildkit.failure import BuildFailure
from greenshift.buildkit.run import build_all
from greenshift.checks import Finding
from greenshift.checks.source import check_project

TODAY = date(2026, 5, 15)
Write = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Write:
    """Writes a project: settings of the functions, and files."""

    def write(functions: dict[str, object], files: Mapping[str, str], **settings: object) -> Path:
        config = {"functions": functions, "source": {"repository": "me/app"}, **settings}
        document = {
            "name": "my-app",
            "runtime": "python",
            "config": {f"greenshift:{key}": {"value": value} for key, value in config.items()},
        }
        (tmp_path / "Pulumi.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return tmp_path

    return write


def check(
    directory: Path, *, today: date = TODAY, environment: Mapping[str, str] | None = None
) -> list[Finding]:
    return list(check_project(directory, "local", today, environment or {}))


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


def test_a_new_project_and_the_example_are_fine() -> None:
    root = Path(__file__).parents[3]

    assert check(root / "examples" / "payments") == []


def test_all_faults_are_reported_at_once_each_with_its_place(project: Write) -> None:
    directory = project(
        {
            "old": {"runtime": "nodejs20.x"},
            "next": {"runtime": "nodejs24.x"},
            "lost": {"runtime": "python3.13", "handler": "main.handler"},
            "broken": {"runtime": "nodejs22.x"},
        },
        {
            "functions/old/index.js": "const x = 1;\nconst S3 = require('aws-sdk/clients/s3');\n",
            "functions/old/package.json": json.dumps({"dependencies": {"uuid": "9"}}),
            "functions/next/index.js": "\nexports.handler = (event, context, callback) => callback();\n",
            "functions/lost/handler.py": "",
            "functions/broken/package.json": "{",
            "functions/broken/index.js": "",
        },
    )

    found = check(directory)

    assert [(each.rule, each.level, each.where) for each in found] == [
        ("handler-missing", "error", "Pulumi.yaml:12"),
        ("source", "error", "functions/broken/package.json"),
        ("sdk-v2", "error", "functions/old/index.js:2"),
        ("runtime-deprecated", "warning", "Pulumi.yaml:7"),
        ("callback-handler", "warning", "functions/next/index.js:2"),
        ("no-lock-file", "hint", "functions/old/package.json:1"),
    ]
    assert all(each.what and each.why and each.mend for each in found)


def test_a_setting_that_is_not_allowed_is_a_finding_with_its_line(project: Write) -> None:
    directory = project({"a": {"memory": 1}}, {"functions/a/index.js": ""})

    (found,) = check(directory)

    assert (found.rule, found.where) == ("setting", "Pulumi.yaml:7")
    assert found.what == "greenshift:functions.a.memory: 1 is not allowed"


def test_a_stacks_own_file_is_where_its_settings_stand(project: Write) -> None:
    directory = project({"a": {}}, {"functions/a/index.js": "exports.handler = 1"})
    (directory / "Pulumi.local.yaml").write_text(
        "config:\n  greenshift:functions:\n    a:\n      runtime: nodejs18.x\n"
    )

    (found,) = check(directory)

    assert (found.rule, found.where) == ("runtime-deprecated", "Pulumi.local.yaml:4")


def test_a_missing_directory_is_a_finding(project: Write) -> None:
    (found,) = check(project({"a": {"directory": "functions/b"}}, {}))

    assert (found.rule, found.where) == ("setting", "Pulumi.yaml:7")
    assert "functions/b" in found.what


def test_a_handler_that_a_build_makes_is_not_missed(project: Write) -> None:
    files = {"functions/a/index.ts": "export const handler = async () => 1"}
    assert rules(check(project({"a": {"build": "npx tsc"}}, files))) == []

    (found,) = check(project({"a": {}}, files))

    assert found.rule == "handler-missing"
    assert "greenshift:functions.a.build" in found.mend


def test_an_own_buildspec_answers_for_its_own_packages(project: Write) -> None:
    files = {"functions/a/x.js": "", "buildspec.yml": "version: 0.2\n"}

    assert check(project({"a": {}}, files, build={"buildspec": "buildspec.yml"})) == []


def test_tests_and_excluded_files_may_use_what_they_like(project: Write) -> None:
    old = "const AWS = require('aws-sdk');"
    files = {
        "functions/a/index.js": "exports.handler = async () => 1",
        "functions/a/test/old.js": old,
        "functions/a/index.test.js": old,
        "functions/a/scripts/seed.js": old,
    }

    assert check(project({"a": {"exclude": ["/scripts"]}}, files)) == []


@pytest.mark.parametrize(
    ("package", "lock", "is_found"),
    [
        ({"dependencies": {"aws-sdk": "2"}}, None, False),
        ({"devDependencies": {"aws-sdk": "2"}}, None, True),
        ({"dependencies": {"old": "1"}}, {"packages": {"node_modules/aws-sdk": {}}}, False),
        ({"dependencies": {"old": "1"}}, {"packages": {"node_modules/aws-sdk": {"dev": True}}}, True),
        ({"dependencies": {"old": "1"}}, {"packages": {"node_modules/old/node_modules/aws-sdk": {}}}, True),
        ({"dependencies": {"old": "1"}}, {"dependencies": {"aws-sdk": {"version": "2"}}}, False),
    ],
)
def test_what_npm_installs_decides_whether_version_2_is_there(
    project: Write, package: dict[str, object], lock: dict[str, object] | None, is_found: bool
) -> None:
    files = {
        "functions/a/index.js": "exports.handler = require('aws-sdk')",
        "functions/a/package.json": json.dumps(package),
        "functions/a/node_modules/aws-sdk/package.json": "{}",  # left there by an earlier install
    }
    if lock is not None:
        files["functions/a/package-lock.json"] = json.dumps(lock)

    assert ("sdk-v2" in rules(check(project({"a": {}}, files)))) == is_found


def test_an_oauth_source_is_a_warning_that_says_whether_there_is_a_token(project: Write) -> None:
    directory = project(
        {"a": {}},
        {"functions/a/index.js": "exports.handler = 1"},
        source={"repository": "me/app", "provider": "github"},
    )

    (found,) = check(directory)
    (with_token,) = check(directory, environment={"GITHUB_TOKEN": "t"})

    assert (found.rule, found.level) == ("oauth-source", "warning")
    assert "none is set" in found.what
    assert "none is set" not in with_token.what


@pytest.mark.parametrize("name", ["handler-missing", "sdk-v2", "source"])
def test_what_is_an_error_here_is_an_error_of_the_build(project: Write, name: str) -> None:
    """And the other way round: the same project without the fault is built."""
    faults = {
        "handler-missing": {"functions/a/other.js": ""},
        "sdk-v2": {"functions/a/index.js": "require('aws-sdk')"},
        "source": {"functions/a/index.js": "", "functions/a/package.json": "[]"},
    }
    directory = project({"a": {}}, faults[name])
    assert rules(check(directory)) == [name]
    functions = directory / "functions.json"
    functions.write_text(
        json.dumps(
            {
                "formatVersion": 1,
                "functions": {
                    "a": {"directory": "functions/a", "runtime": "nodejs22.x", "handler": "index.handler"}
                },
            }
        )
    )

    with pytest.raises(BuildFailure):
        build_all(directory, functions)
