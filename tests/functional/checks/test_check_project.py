"""`greenshift check` on projects as they lie on disk."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
import yaml

from greenshift.buildkit.failure import BuildFailure
from greenshift.buildkit.run import build_all
from greenshift.checks import Finding
from greenshift.checks.source import check_project, check_surroundings
from greenshift.components.manifests import functions_json
from greenshift.release.package.manifest import parse_manifest
from greenshift.settings import load_project

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
            "functions/old/index.js": "const x = 1;\nconst S3 = require('aws-sdk/clients/s3');\n"
            "exports.handler = x;\n",
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
    assert all(each.what and each.why and each.fix for each in found)


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
    assert "greenshift:functions.a.build" in found.fix


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
        "sdk-v2": {"functions/a/index.js": "exports.handler = require('aws-sdk')"},
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


@pytest.mark.parametrize(
    ("settings", "level"),
    [({}, None), ({"rollout": "AllAtOnce"}, "hint"),
     ({"rollout": "AllAtOnce", "shift": {"bakeMinutes": 0}}, "warning")],
)  # fmt: skip
def test_a_rollout_too_short_for_its_alarm_is_told_with_its_line(
    project: Write, settings: dict[str, object], level: str | None
) -> None:
    functions = {"charge": {"handler": "handler.handler"}}
    directory = project(functions, {"functions/charge/handler.py": "def handler(e, c): ...\n"}, **settings)

    found = [each for each in check(directory) if each.rule == "rollout-too-short"]

    assert [each.level for each in found] == ([] if level is None else [level])
    assert all("AllAtOnce is too short for its alarm" in each.what and each.line > 1 for each in found)


@pytest.mark.parametrize("runtime", ["python3.11", "python3.14"])
def test_python_that_cannot_be_read_is_told_with_its_line(project: Write, runtime: str) -> None:
    functions = {"charge": {"handler": "handler.handler", "runtime": runtime}}
    text = "def handler(event, context):\n    return 1\n\ndef oops(:\n"
    files = {"functions/charge/handler.py": text, "functions/charge/tests/test_it.py": "def (:\n"}

    (found,) = [each for each in check(project(functions, files)) if each.rule == "syntax"]

    assert (found.where, found.level) == ("functions/charge/handler.py:4", "error")
    assert found.what.startswith("invalid syntax")


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="this Python reads it")
def test_what_may_be_newer_than_the_python_that_reads_it_is_a_doubt(project: Write) -> None:
    functions = {"charge": {"handler": "handler.handler", "runtime": "python3.14"}}
    text = "def handler(event, context): ...\ntry: ...\nexcept OSError, ValueError: ...\n"

    directory = project(functions, {"functions/charge/handler.py": text})
    (found,) = [each for each in check(directory) if each.rule == "syntax"]

    assert (found.where, found.level) == ("functions/charge/handler.py:3", "warning")


def test_whatever_python_reads_is_no_finding(project: Write) -> None:
    functions = {"charge": {"handler": "handler.handler", "runtime": "python3.11"}}
    text = "# -*- coding: latin-1 -*-\nPATTERN = '\\d'\ndef handler(event, context): ...\n"

    assert check(project(functions, {"functions/charge/handler.py": text})) == []


def test_a_handler_below_src_of_a_python_project_is_found_where_it_is_installed(
    project: Write,
) -> None:
    files = {
        "demo/pyproject.toml": '[project]\nname = "demo"\nversion = "1"\n',
        "demo/src/demo/__init__.py": "def lambda_handler(event, context):\n    return 1\n",
    }
    function = {"directory": "demo", "runtime": "python3.13", "handler": "demo.lambda_handler"}

    assert rules(check(project({"demo": function}, files))) == []
    del files["demo/pyproject.toml"]
    (project({"demo": function}, files) / "demo/pyproject.toml").unlink()
    assert rules(check(project({"demo": function}, files))) == ["handler-missing"]


WORKER = {"worker": {"directory": "worker", "runtime": "python3.13", "handler": "app.handler"}}


def test_a_handler_that_its_file_does_not_have_is_told(project: Write) -> None:
    [found] = check(project(WORKER, {"worker/app.py": "def handle(event, context):\n    return 1\n"}))

    assert (found.rule, found.file) == ("handler-import", "worker/app.py")
    assert found.what == "has no 'handler', which handler 'app.handler' names"


@pytest.mark.parametrize(
    "text",
    [
        "from shared import handler\n",
        "from shared import *\n",
        "handler = lambda event, context: 1\n",
        "if True:\n    async def handler(event, context): ...\n",
        "class handler:\n    pass\n",
        "globals()['handler'] = print\n",
    ],
)
def test_a_handler_that_may_come_from_anywhere_is_left_alone(project: Write, text: str) -> None:
    assert check(project(WORKER, {"worker/app.py": text})) == []


def test_a_region_an_image_and_a_stack_that_are_none_are_told(project: Write) -> None:
    app = {"worker/app.py": "def handler(event, context): ...\n"}
    directory = project(WORKER, app, build={"image": "aws/codebuild/standard"})
    (directory / "Pulumi.prod.yaml").write_text("config:\n  aws:region: eu-vest-1\n")

    prod = check_project(directory, "prod", TODAY, {})
    misspelt = check_project(directory, "prd", TODAY, {})

    assert {(found.rule, found.file) for found in prod} == {
        ("no-region", "Pulumi.prod.yaml"),
        ("no-image", "Pulumi.yaml"),
    }
    assert {found.rule for found in misspelt} == {"unknown-stack", "no-image"}
    assert "did you mean --stack prod?" in next(f.fix for f in misspelt if f.rule == "unknown-stack")


BROKEN = "exports.handler = async () => {\n  return (1;\n};\n"


@pytest.mark.parametrize(
    ("file", "text", "handler", "said"),
    [
        ("index.js", "exports.handler = async () => 1;\n", "index.handler", None),
        ("index.js", "import x from 'y';\nexport const handler = async () => x;\n", "index.handler", None),
        ("index.mjs", "export * from './other.mjs';\n", "index.handler", None),
        ("index.cjs", "module.exports = require('./other');\n", "index.handler", None),
        ("src/api.mjs", "const handler = () => 1;\nexport { handler as go };\n", "src/api.go", None),
        ("index.js", BROKEN, "index.handler", (2, "no JavaScript: ")),
        ("index.mjs", "export const handler = await;\n", "index.handler", (1, "no JavaScript: ")),
        (
            "index.mjs",
            "export const main = async () => 1;\n",
            "index.handler",
            (0, "has no 'handler', which"),
        ),
        ("index.js", "exports.handlers = 1;\n", "index.handler", (0, "has no 'handler', which")),
    ],
)
def test_a_handler_of_node_that_cannot_be_loaded_is_told(
    project: Write, file: str, text: str, handler: str, said: tuple[int, str] | None
) -> None:
    functions = {"f": {"directory": "f", "runtime": "nodejs22.x", "handler": handler}}

    found = check(project(functions, {f"f/{file}": text}))

    if said is None:
        assert found == []
        return
    assert [(each.rule, each.level, each.file) for each in found] == [
        ("handler-import", "error", f"f/{file}")
    ]
    assert found[0].line == said[0] and found[0].what.startswith(said[1]), found


PROJECT = "[project]\nname = 'x'\nversion = '1'\ndependencies = [{}]\n"


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({"requirements.txt": "# none\nsix==1.16.0\no === 1 # exact\n./wheels/a.whl\n-r more.txt\n"}, None),
        ({"requirements.txt": "x @ https://example.org/x.whl\n"}, None),
        ({"requirements.txt": "# some\nsix==1.16.0\nrequests[socks]>=2\n"}, "f/requirements.txt:3"),
        ({"requirements.txt": "boto3\n"}, "f/requirements.txt:1"),
        ({"pyproject.toml": PROJECT.format("")}, None),
        ({"pyproject.toml": PROJECT.format("'six'")}, "f/pyproject.toml:1"),
        ({"pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.9'\nsix = '1'\n[build-system]\n"},
         "f/pyproject.toml:1"),
    ],
)  # fmt: skip
def test_python_dependencies_whose_versions_are_open_are_hinted_at(
    project: Write, files: dict[str, str], where: str | None
) -> None:
    functions = {"f": {"directory": "f", "runtime": "python3.13"}}
    written = {f"f/{name}": text for name, text in files.items()}

    found = check(project(functions, {"f/handler.py": "def handler(event, context): ...\n", **written}))

    assert [(each.rule, each.level, each.where) for each in found] == (
        [] if where is None else [("no-lock-file", "hint", where)]
    )


def test_a_project_without_a_repository_or_a_commit_is_told(project: Write) -> None:
    directory = project(WORKER, {"worker/app.py": "def handler(event, context): ...\n"})

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=t", "-c", "user.email=t@example.invalid")
        subprocess.run(["git", "-C", str(directory), *who, *arguments], check=True, capture_output=True)

    assert [found.rule for found in check_surroundings(directory, "local")] == ["no-repository"]
    git("init", "-q", "-b", "main")
    assert [found.rule for found in check_surroundings(directory, "local")] == ["no-commit"]
    git("add", "-A")
    git("commit", "-qm", "first")
    assert check_surroundings(directory, "local") == ()


@pytest.mark.parametrize("beside", [{}, {"web/app.py": "print(1)\n", "web/requirements.txt": "flask\n"}])
def test_a_container_image_is_refused_on_the_twin_in_words_about_images_and_fine_elsewhere(
    project: Write, beside: dict[str, str]
) -> None:
    directory = project({"web": {"directory": "web"}}, {"web/Dockerfile": "FROM scratch\n", **beside})
    (directory / "Pulumi.prod.yaml").write_text("config:\n  aws:region: eu-west-1\n")

    [found] = check_project(directory, "local", TODAY, {})

    assert (found.rule, found.level, found.function) == ("container-image", "error", "web")
    assert found.what == "web is a container image" and "the twin runs no container images" in found.why
    assert check_project(directory, "prod", TODAY, {}) == ()


def test_an_image_for_another_processor_than_its_builds_is_told(project: Write) -> None:
    functions = {"web": {"directory": "web", "architecture": "arm64"}}
    directory = project(functions, {"web/Dockerfile": "FROM scratch\n"})
    (directory / "Pulumi.prod.yaml").write_text(
        "config:\n  greenshift:build:\n    image: aws/codebuild/amazonlinux-aarch64-standard:3.0\n"
    )

    told = {found.rule: found.level for found in check_project(directory, "local", TODAY, {})}

    assert told == {"container-image": "error", "image-architecture": "warning"}
    assert check_project(directory, "prod", TODAY, {}) == ()


@pytest.mark.parametrize(
    ("function", "settings", "level"),
    [
        ({}, {}, "error"),
        ({"layers": ["arn:aws:lambda:eu-west-1:123456789012:layer:sdk:3"]}, {}, "warning"),
        ({}, {"guardrails": {"node-sdk-v2": "advisory"}}, "warning"),
    ],
)
def test_the_old_sdk_of_a_layer_is_a_warning_of_check_and_a_note_of_the_build(
    project: Write, tmp_path: Path, function: dict[str, object], settings: dict[str, object], level: str
) -> None:
    functions = {"f": {"directory": "f", "runtime": "nodejs22.x", **function}}
    directory = project(functions, {"f/index.js": "require('aws-sdk'); exports.handler = 1\n"}, **settings)

    [found] = check(directory)

    assert (found.rule, found.level) == ("sdk-v2", level)
    file = tmp_path / "functions.json"
    file.write_text(functions_json(load_project(directory, "local").settings))
    if level == "error":
        with pytest.raises(BuildFailure):
            build_all(directory, file)
        return
    build_all(directory, file)
    release = json.loads((directory / ".greenshift-build/release.json").read_text())
    assert parse_manifest(json.dumps(release)).packages[0].allows_old_sdk
    assert any("as long as one of its layers brings it" in message for message in release["messages"])


def test_a_package_beyond_lambdas_limit_is_told_its_largest_files(project: Write) -> None:
    directory = project(
        {"charge": {"directory": "charge"}}, {"charge/handler.py": "def handler(e, c): ...\n"}
    )
    for name, megabytes in (("model.bin", 200), ("words.bin", 60)):
        with (directory / "charge" / name).open("wb") as file:
            file.truncate(megabytes << 20)  # sparse: it costs no disk

    (finding,) = check(directory)

    assert (finding.rule, finding.level, finding.function) == ("package-size", "error", "charge")
    largest = "model.bin (210 MB), words.bin (63 MB), handler.py (0 MB)"
    assert finding.what == f"the package is 260 MB unzipped; the largest: {largest}"
    left_out = project({"charge": {"directory": "charge", "exclude": ["words.bin"]}}, {})
    assert check(left_out) == []


def test_what_is_installed_for_development_is_not_counted(project: Write) -> None:
    package = {"name": "charge", "dependencies": {"small": "1"}, "devDependencies": {"big": "1"}}
    directory = project(
        {"charge": {"directory": "charge"}},
        {
            "charge/index.mjs": "export const handler = async () => 1;\n",
            "charge/package.json": json.dumps(package),
            "charge/package-lock.json": "{}",
            "charge/node_modules/small/package.json": '{"name": "small"}',
            "charge/node_modules/big/package.json": '{"name": "big"}',
        },
    )
    with (directory / "charge/node_modules/big/data.bin").open("wb") as file:
        file.truncate(300 << 20)

    assert "package-size" not in rules(check(directory))
    with (directory / "charge/node_modules/small/data.bin").open("wb") as file:
        file.truncate(300 << 20)
    assert "package-size" in rules(check(directory))


def test_tests_beside_a_function_are_told_of_until_a_command_runs_them(project: Write) -> None:
    files = {
        "lambdas/x/X/handler.py": "def handler(e, c): ...\n",
        "lambdas/x/tests/test_x.py": "import unittest\n",
    }
    beside = {"directory": "lambdas/x/X", "runtime": "python3.13"}

    (finding,) = check(project({"x": beside}, files))

    assert (finding.rule, finding.level, finding.file) == ("tests-elsewhere", "hint", "lambdas/x/tests")
    command = finding.fix.partition(": ")[2]
    assert command == "python3 -m unittest discover -s ../tests"
    assert check(project({"x": {**beside, "test": command}}, {})) == []
    inside = {"lambdas/x/X/tests/test_own.py": "import unittest\n"}
    assert check(project({"x": beside}, inside)) == []


def test_typescript_below_a_tsconfig_needs_no_build_setting(project: Write) -> None:
    directory = project(
        {"charge": {"directory": "charge"}},
        {"tsconfig.json": "{}", "charge/src/index.ts": "export const handler = async () => 1;\n"},
    )

    assert check(directory) == []
    function = load_project(directory, "local").settings.functions["charge"]
    assert (function.runtime, function.build) == ("nodejs22.x", "esbuild")
    (directory / "tsconfig.json").unlink()
    assert rules(check(directory)) == ["handler-missing"]
