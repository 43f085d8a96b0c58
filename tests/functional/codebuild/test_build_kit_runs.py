"""The build kit as a build runs it: a copy of its folder, real npm, node and Python, and real tests."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from support.stacks.build_kit import Kit

NODE = {"directory": "charge", "runtime": "nodejs22.x", "handler": "index.handler"}
PYTHON = {"directory": "refund", "runtime": "python3.13", "handler": "app.handler"}
HANDLER_JS = "exports.handler = async () => 1;\n"
HANDLER_PY = "def handler(event, context):\n    return 1\n"
NODE_TEST = (
    "const test = require('node:test'); const assert = require('node:assert');\n"
    "test('answers', async () => assert.equal(await require('./index.js').handler(), {answer}));\n"
)
PYTHON_TEST = (
    "import unittest\nimport app\n\nclass T(unittest.TestCase):\n"
    "    def test_answer(self):\n        self.assertEqual(app.handler(None, None), {answer})\n"
)


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """The kit's last word, without what every failure has in front and a failed command behind."""
    line = done.stdout.rstrip("\n").rpartition("\n")[2]
    assert line.startswith("Build failed: "), line
    return line.removeprefix("Build failed: ").partition("; run it here with: greenshift build ")[0]


def test_node_and_python_functions_are_tested_and_packaged(kit: Kit) -> None:
    package = {"name": "charge", "scripts": {"test": "node --test"}}
    kit.write(
        {
            "charge/package.json": json.dumps(package),
            "charge/index.js": HANDLER_JS,
            "charge/index.test.js": NODE_TEST.format(answer=1),
            "refund/app.py": HANDLER_PY,
            "refund/test_app.py": PYTHON_TEST.format(answer=1),
        }
    )
    before = kit.sources()
    release = kit.built(charge=NODE, refund=PYTHON)
    content = (kit.source / ".greenshift-build" / release["charge"]["package"]).read_bytes()

    assert kit.names("charge") == ["index.js", "package.json"]
    assert kit.names("refund") == ["app.py"]
    digest = hashlib.sha256(content)
    assert release["charge"]["sha256"] == digest.hexdigest()
    assert release["charge"]["codeSha256"] == base64.b64encode(digest.digest()).decode()
    assert release["charge"]["size"] == len(content)
    assert kit.sources() == before


def test_a_failing_node_test_fails_the_build_with_one_last_line(kit: Kit) -> None:
    kit.write(
        {
            "charge/package.json": json.dumps({"scripts": {"test": "node --test"}}),
            "charge/index.js": HANDLER_JS,
            "charge/index.test.js": NODE_TEST.format(answer=2),
        }
    )
    done = kit.run(charge=NODE)

    assert done.returncode == 1
    assert last_line(done) == "[charge] npm test: exit status 1"
    assert not (kit.source / ".greenshift-build" / "release.json").exists()


def test_a_failing_python_test_fails_the_build(kit: Kit) -> None:
    kit.write({"refund/app.py": HANDLER_PY, "refund/tests/test_app.py": PYTHON_TEST.format(answer=2)})
    done = kit.run(refund=PYTHON)

    assert done.returncode == 1
    assert last_line(done) == "[refund] python3 -m unittest discover -s tests: exit status 1"


def test_a_placeholder_test_script_and_no_tests_are_no_failure(kit: Kit) -> None:
    script = 'echo "Error: no test specified" && exit 1'
    kit.write(
        {
            "charge/package.json": json.dumps({"scripts": {"test": script}}),
            "charge/index.js": HANDLER_JS,
            "refund/app.py": HANDLER_PY,
            "refund/tests/test_nothing.py": "",
        }
    )
    done = kit.run(charge=NODE, refund=PYTHON)

    assert done.returncode == 0
    assert "[charge] no tests found" in done.stdout
    assert "[charge] package.json names no dependencies: nothing to install" in done.stdout


def test_a_users_build_and_test_commands_run_in_the_directory(kit: Kit) -> None:
    kit.write({"charge/main.txt": HANDLER_JS})
    build = {"build": "cp main.txt index.js", "test": "test -f index.js && echo tested in $(basename $PWD)"}
    done = kit.run(charge={**NODE, **build})

    assert done.returncode == 0, done.stdout
    assert "tested in charge" in done.stdout.splitlines()


def test_a_failing_users_command_is_named(kit: Kit) -> None:
    kit.write({"charge/index.js": HANDLER_JS})

    assert last_line(kit.run(charge={**NODE, "build": "exit 7"})) == "[charge] exit 7: exit status 7"


def test_npm_dependencies_are_packaged_and_dev_dependencies_pruned(kit: Kit) -> None:
    package = {
        "name": "charge",
        "version": "1.0.0",
        "dependencies": {"kept": "file:./vendor/kept"},
        "devDependencies": {"tool": "file:./vendor/tool"},
        "scripts": {"test": "node -e \"require('kept'); require('tool')\""},
    }
    kit.write(
        {
            "charge/package.json": json.dumps(package),
            "charge/index.js": HANDLER_JS,
            "charge/vendor/kept/package.json": json.dumps({"name": "kept", "version": "1.0.0"}),
            "charge/vendor/kept/index.js": "module.exports = 1;",
            "charge/vendor/tool/package.json": json.dumps({"name": "tool", "version": "1.0.0"}),
            "charge/vendor/tool/index.js": "module.exports = 1;",
        }
    )
    kit.built(charge={**NODE, "exclude": ["/vendor"]})

    names = kit.names("charge")
    assert "node_modules/kept/index.js" in names
    assert not [name for name in names if name.startswith(("node_modules/tool", "vendor/"))]
    assert "charge/package-lock.json" not in kit.sources()


def test_npm_ci_follows_a_lock_file(kit: Kit) -> None:
    package = {"name": "charge", "version": "1.0.0", "dependencies": {"kept": "file:./vendor/kept"}}
    lock = {
        "name": "charge",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "packages": {
            "": package,
            "node_modules/kept": {"resolved": "vendor/kept", "link": True},
            "vendor/kept": {"version": "1.0.0"},
        },
    }
    kit.write(
        {
            "charge/package.json": json.dumps(package),
            "charge/package-lock.json": json.dumps(lock),
            "charge/index.js": HANDLER_JS,
            "charge/vendor/kept/package.json": json.dumps({"name": "kept", "version": "1.0.0"}),
            "charge/vendor/kept/index.js": "module.exports = 1;",
        }
    )
    done = kit.run(charge=NODE)

    assert done.returncode == 0, done.stdout
    assert "[charge] npm ci" in done.stdout.splitlines()
    assert "node_modules/kept/index.js" in kit.names("charge")
    assert "node_modules/.package-lock.json" not in kit.names("charge")


# A build backend that needs nothing from a registry.
BACKEND = """
import zipfile

FILES = {
    "dep.py": "VALUE = 1\\n",
    "dep-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: dep\\nVersion: 1.0\\n",
    "dep-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    "dep-1.0.dist-info/RECORD": "",
}

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = "dep-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel_directory + "/" + name, "w") as wheel:
        for file, text in FILES.items():
            wheel.writestr(file, text)
    open("written-by-the-backend", "w").close()
    return name
"""
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "dep"
"""


def test_python_requirements_are_staged_outside_the_source(kit: Kit) -> None:
    kit.write(
        {
            "vendor/dep/pyproject.toml": PROJECT,
            "vendor/dep/backend.py": BACKEND,
            "refund/requirements.txt": "# ours\n../vendor/dep\n",
            "refund/app.py": f"import dep\n{HANDLER_PY}",
            "refund/test_app.py": PYTHON_TEST.format(answer=1),
        }
    )
    first = kit.built(refund=PYTHON)
    second = kit.built(refund=PYTHON)

    assert kit.names("refund") == [
        "app.py", "dep-1.0.dist-info/INSTALLER", "dep-1.0.dist-info/METADATA",
        "dep-1.0.dist-info/REQUESTED", "dep-1.0.dist-info/WHEEL", "dep.py", "requirements.txt",
    ]  # fmt: skip
    assert first == second
    assert not [name for name in kit.sources() if name.startswith("refund/dep")]


def test_a_python_project_is_installed_from_a_copy(kit: Kit) -> None:
    kit.write({"refund/pyproject.toml": PROJECT, "refund/backend.py": BACKEND, "refund/app.py": HANDLER_PY})
    kit.built(refund=PYTHON)

    assert {"app.py", "dep.py"} <= set(kit.names("refund"))
    assert "refund/written-by-the-backend" not in kit.sources()


def test_the_same_content_gives_the_same_bytes(kit: Kit, tmp_path: Path) -> None:
    files = {"b.js": "2", "a.js": "1", "index.js": HANDLER_JS, "deep/z.js": "z", "deep/a.js": "a"}
    kit.write({f"charge/{name}": text for name, text in files.items()})
    (kit.source / "charge" / "a.js").chmod(0o755)
    other = Kit(tmp_path / "other", kit.programs)
    umask = os.umask(0o077)
    try:
        other.write({f"charge/{name}": files[name] for name in sorted(files)})
    finally:
        os.umask(umask)
    (other.source / "charge" / "a.js").chmod(0o700)
    for path in (other.source / "charge").rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))

    assert kit.built(charge=NODE) == other.built(charge=NODE)
    with zipfile.ZipFile(kit.source / ".greenshift-build" / "packages" / "charge.zip") as archive:
        modes = {entry.filename: stat.S_IMODE(entry.external_attr >> 16) for entry in archive.infolist()}
    assert (modes["a.js"], modes["b.js"]) == (0o755, 0o644)
    assert list(modes) == sorted(modes)


def test_other_content_gives_other_bytes(kit: Kit) -> None:
    kit.write({"charge/index.js": HANDLER_JS})
    first = kit.built(charge=NODE)
    kit.write({"charge/index.js": HANDLER_JS + "\n"})

    assert kit.built(charge=NODE)["charge"]["sha256"] != first["charge"]["sha256"]


def test_links_are_packaged_as_what_they_point_to(kit: Kit) -> None:
    kit.write({"charge/index.js": HANDLER_JS, "shared/lib.js": "1"})
    (kit.source / "charge" / "shared").symlink_to("../shared")
    (kit.source / "charge" / "loop").symlink_to(".")
    (kit.source / "charge" / "broken").symlink_to("nowhere")
    done = kit.run(charge=NODE)

    assert kit.names("charge") == ["index.js", "shared/lib.js"]
    assert "[charge] loop: a link to a folder it lies in, left out" in done.stdout
    assert "[charge] broken: not a file" in done.stdout


def test_functions_that_share_a_directory_are_installed_and_tested_once(kit: Kit) -> None:
    kit.write(
        {
            "charge/package.json": json.dumps({"scripts": {"test": "echo TESTED"}}),
            "charge/index.js": HANDLER_JS,
        }
    )
    done = kit.run(charge=NODE, refund={**NODE, "handler": "index.other"})

    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines().count("TESTED") == 1
    assert kit.names("charge") == kit.names("refund")


def test_a_missing_directory_is_named(kit: Kit) -> None:
    kit.write({"functions/refund/index.js": HANDLER_JS})

    assert last_line(kit.run(charge={**NODE, "directory": "functions/charge"})) == (
        "[charge] directory 'functions/charge' is not in the source (functions has refund)"
    )


def test_a_missing_handler_is_named(kit: Kit) -> None:
    kit.write({"charge/main.js": HANDLER_JS})

    assert last_line(kit.run(charge=NODE)).startswith("[charge] handler 'index.handler' (nodejs22.x) needs ")


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ({**NODE, "directory": "../up"}, "directory '../up' must lie inside the source"),
        ({**NODE, "handler": None}, "functions.json: 'handler' must be a text, found None"),
        ({**NODE, "exclude": "x"}, "functions.json: 'exclude' must be a list of patterns"),
    ],
)
def test_a_wrong_functions_file_is_named(kit: Kit, function: dict[str, Any], words: str) -> None:
    assert words in last_line(kit.run(charge=function))


def processor_time() -> float:
    """Of the processes waited for: wall time says how busy the machine is."""
    now = os.times()
    return now.children_user + now.children_system


def test_a_hundred_functions_are_packaged_fast(kit: Kit) -> None:
    keys = [f"f{number}" for number in range(100)]
    kit.write({f"{key}/{name}.js": HANDLER_JS for key in keys for name in ("index", "a", "b", "c")})
    began = processor_time()
    release = kit.built(**{key: {**NODE, "directory": key} for key in keys})

    assert list(release) == sorted(keys)
    assert processor_time() - began < 10


def test_the_root_of_the_source_can_be_a_function(kit: Kit) -> None:
    kit.write({"index.js": HANDLER_JS})
    kit.built(charge={**NODE, "directory": "."})
    kit.built(charge={**NODE, "directory": "."})

    assert kit.names("charge") == ["index.js"]


def test_the_kit_names_its_own_python(kit: Kit) -> None:
    """The kit is started as `python3` from PATH; in these tests that is the twin's interpreter."""
    version = subprocess.run(
        [str(kit.programs / "python3"), "-V"], capture_output=True, text=True, check=True, timeout=20
    )

    assert version.stdout.split()[1] == sys.version.split()[0]
