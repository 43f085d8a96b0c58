"""A build refuses what no Python and no Node can read, with file, line and message, before any test of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from support.stacks.build_kit import Kit

from greenshift.buildkit.node_syntax import unreadable_javascript
from greenshift.buildkit.python_syntax import may_be_newer, syntax_error, unreadable_python

HERE = f"python{sys.version_info[0]}.{sys.version_info[1]}"
OPEN = 'def handler(event, context):\n    return {"a": 1\n'
ES_MODULE = 'import fs from "node:fs";\nexport const handler = () => { return {; };\n'


@pytest.mark.parametrize("runtime", [HERE, "python3.14"])
def test_python_that_cannot_be_read_ends_the_build_and_points_at_the_place(kit: Kit, runtime: str) -> None:
    kit.write(
        {
            "functions/page/page.py": OPEN,
            "functions/page/test_page.py": "import page, unittest\nclass T(unittest.TestCase): ...\n",
        }
    )
    done = kit.run(page={"directory": "functions/page", "runtime": runtime, "handler": "page.handler"})

    *log, last = done.stdout.rstrip("\n").split("\n")
    told = "functions/page/page.py:2: invalid syntax: '{' was never closed"
    assert done.returncode == 1
    assert last == f"Build failed: [page] {told}; run it here with: greenshift build page"
    assert log[-3:-1] == ["[page] functions/page/page.py:2", '    return {"a": 1']
    assert set(log[-1]) == {" ", "^"}
    assert not [line for line in log if "unittest" in line], "the tests are not run"
    assert not (kit.source / ".greenshift-build" / "packages").exists()


def test_javascript_that_cannot_be_read_ends_the_build_too(kit: Kit) -> None:
    kit.write({"charge/index.js": "exports.handler = async () => {\n  return {a: 1;\n};\n"})
    done = kit.run(charge={"directory": "charge", "runtime": "nodejs20.x", "handler": "index.handler"})

    *log, last = done.stdout.rstrip("\n").split("\n")
    told = "charge/index.js:2: invalid syntax: Unexpected token ';'"
    assert last == f"Build failed: [charge] {told}; run it here with: greenshift build charge"
    assert log[-3:-1] == ["[charge] charge/index.js:2", "      return {a: 1;"]


def test_what_build_writes_is_read_and_not_what_was_there_before(kit: Kit) -> None:
    kit.write({"page/page.py": OPEN})
    step = "printf 'def handler(event, context): ...\\n' > page.py"
    page = {"directory": "page", "runtime": HERE, "handler": "page.handler", "build": step}

    assert kit.built(page=page)["page"]["handler"] == "page.handler"


BROKEN_PYTHON = [
    ({"page.py": "from lib import a\n", "lib/__init__.py": "", "lib/a.py": "def (:\n"}, "lib/a.py"),
    ({"page.py": "import lib.a.b\n", "lib/a/__init__.py": "x = = 1\n"}, "lib/a/__init__.py"),
    ({"page.py": "def f():\n    from src_x import y\n", "src_x.py": "return\n"}, "src_x.py"),
    ({"page/__init__.py": "from .a import b\n", "page/a.py": "from ..c import d\n\tx\n"}, "page/a.py"),
    (
        {"page/__init__.py": "from . import a\n", "page/a.py": "from .c import d\n", "page/c.py": "(\n"},
        "page/c.py",
    ),
]


@pytest.mark.parametrize(("files", "broken"), BROKEN_PYTHON, ids=lambda each: str(each)[-24:])
def test_what_a_handler_imports_of_the_repository_is_read(
    files: dict[str, str], broken: str, tmp_path: Path
) -> None:
    write(tmp_path, files)
    (found,) = unreadable_python(HERE, ("page.py", "page/__init__.py"), [tmp_path])

    assert (str(found.file.relative_to(tmp_path)), found.is_doubted) == (broken, False)


def test_a_file_that_nothing_imports_is_not_judged(tmp_path: Path) -> None:
    write(tmp_path, {"page.py": "import json, nothere\n", "template.py": "class {{ name }}: ...\n"})

    assert list(unreadable_python(HERE, ("page.py",), [tmp_path])) == []


NEWER = [
    ("3.9", "3.10", "match x:\n    case 1: ...\n"),
    ("3.11", "3.12", "type A = int\n"),
    ("3.11", "3.13", "def f[T](x: T) -> T: ...\n"),
    ("3.11", "3.12", 'x = f"{d["a"]}"\n'),
    ("3.11", "3.12", "x = (\n  f'{d['a']}',\n"),
    ("3.13", "3.14", "try: ...\nexcept A, B: ...\n"),
    ("3.13", "3.14", "x = t'{a}'\n"),
    ("3.14", "3.15", "anything at all\n"),
]


@pytest.mark.parametrize(("own", "runtime", "text"), NEWER)
def test_what_a_newer_python_may_read_is_doubted_and_for_the_same_one_refused(
    own: str, runtime: str, text: str
) -> None:
    error = SyntaxError("invalid syntax")
    here = (int(own[0]), int(own[2:]))

    assert may_be_newer(text.encode(), error, f"python{runtime}", here)
    assert not may_be_newer(text.encode(), error, f"python{own}", here)


@pytest.mark.parametrize(
    "text",
    [OPEN, "x = f'{{'\ndef (:\n", "x = f'{a}' + f\"{b['c']}\"\n(", "def f(a, *b):\n  return [1\n"],
)
def test_what_no_python_reads_is_not_doubted_for_being_read_by_an_older_one(text: str) -> None:
    error = syntax_error(text.encode())

    assert error is not None
    assert not may_be_newer(text.encode(), error, "python3.14", (3, 11))


def test_what_only_a_newer_node_may_read_is_doubted(tmp_path: Path) -> None:
    write(tmp_path, {"index.mjs": "export const handler = () => {\n"})
    (found,) = unreadable_javascript("nodejs99.x", ("index.mjs",), tmp_path)

    assert found.is_doubted


JAVASCRIPT = [
    ({"index.js": ES_MODULE}, "index.js:2"),
    ({"index.js": ES_MODULE, "package.json": json.dumps({"type": "module"})}, "index.js:2"),
    ({"index.js": "require('./lib/a')", "lib/a.js": "\nlet x = ;"}, "lib/a.js:2"),
    ({"index.mjs": "import './lib'; await 1;", "lib/index.js": "let let = 1"}, "lib/index.js:1"),
    ({"index.cjs": "import x from 'y'"}, "index.cjs:1"),
]
READABLE = [
    {"index.js": "import fs from 'fs';\nexport const handler = await 1;"},
    {"index.js": "#!/usr/bin/env node\nreturn 1"},
    {"index.js": "require('./gone'); require('fs'); require('./data.json')", "data.json": "{"},
    {"index.js": "exports.handler = 1", "template.js": "const {{name}} = 1"},
    {"index.js": "require('x')", "node_modules/x/index.js": "no javascript"},
]


@pytest.mark.parametrize(("files", "place"), JAVASCRIPT, ids=lambda each: str(each)[-24:])
def test_what_a_handler_loads_of_the_repository_is_parsed(
    files: dict[str, str], place: str, tmp_path: Path
) -> None:
    write(tmp_path, files)
    (found,) = unreadable_javascript("nodejs18.x", ("index.js", "index.mjs", "index.cjs"), tmp_path)

    assert f"{found.file.relative_to(tmp_path)}:{found.line}" == place


@pytest.mark.parametrize("files", READABLE, ids=lambda each: str(each)[-24:])
def test_what_node_can_read_is_not_refused(files: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, files)

    assert list(unreadable_javascript("nodejs18.x", ("index.js",), tmp_path)) == []


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
