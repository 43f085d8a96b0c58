"""release.json, and the rule that the build kit runs on the oldest Python of the build images."""

from __future__ import annotations

import ast
import json

from greenshift.buildkit.manifest import Function, Package, release_document
from greenshift.components.archives import kit_files


def test_the_release_is_sorted_and_carries_lambdas_form_of_the_hash() -> None:
    packages = [
        Package(Function(key, key, "nodejs22.x", "index.handler"), f"packages/{key}.zip", "00ff" * 16, 7)
        for key in ("b", "a")
    ]

    document = json.loads(release_document(packages, ["hello"]))

    assert document["formatVersion"] == 1
    assert document["messages"] == ["hello"]
    assert [entry["function"] for entry in document["functions"]] == ["a", "b"]
    assert document["functions"][0] == {
        "function": "a",
        "package": "packages/a.zip",
        "sha256": "00ff" * 16,
        "codeSha256": "AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8=",
        "size": 7,
        "runtime": "nodejs22.x",
        "handler": "index.handler",
    }


def test_the_kit_parses_on_python_3_9() -> None:
    programs = {name: file for name, file in kit_files().items() if name.endswith(".py")}
    for name, file in programs.items():
        ast.parse(file.read_text(), filename=name, feature_version=(3, 9))


def test_the_kit_imports_the_standard_library_and_itself_only() -> None:
    allowed = {
        "__future__", "ast", "base64", "collections", "contextlib", "dataclasses", "hashlib", "importlib",
        "json", "os", "pathlib", "re", "shlex", "shutil", "stat", "subprocess", "sys", "tempfile",
        "time", "traceback", "typing", "unittest", "warnings", "xml", "zipfile",
    }  # fmt: skip
    found: set[str] = set()
    for file in (each for each in kit_files().values() if each.suffix == ".py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                found.add(str(node.module).split(".")[0])

    assert found <= allowed
