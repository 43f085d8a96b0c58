"""The shapes whose tools and packages come from registries: locked, at versions that are not the newest."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from greenshift.twin.machine import nodejs
from support.repositories.offline import manifest
from support.repositories.shape import NODE, NODE_BODY, SAID, Shape, node, python

_OLD, _RANGE = '"ms": "2.0.0"', '"ms": "^2.0.0"'
_MS = ("node_modules/ms/index.js", "node_modules/ms/license.md", "node_modules/ms/package.json",
       "node_modules/ms/readme.md")  # fmt: skip
_ASKS_MS = node("ms: require('ms/package.json').version")
_NEEDS_MS = {"dependencies": {"ms": "^2.0.0"}}


def run(folder: Path, *command: str) -> None:
    """A tool of npm's registry, as a person runs it; the build's own Node."""
    root = nodejs.directory()
    npx = (str(root / "bin/node"), str(root / "lib/node_modules/npm/bin/npx-cli.js"), "--yes", "--package")
    environment = {
        **os.environ,
        "PATH": f"{root / 'bin'}:{os.environ['PATH']}",
        "YARN_ENABLE_IMMUTABLE_INSTALLS": "false",
        "YARN_ENABLE_TELEMETRY": "0",
    }
    done = subprocess.run((*npx, *command), cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, (command, done.stdout, done.stderr)


def locked(lock: str, old: str, new: str, *command: str) -> Callable[[Path], None]:
    """Locks ms at 2.0.0 under a range that takes newer ones: ``old`` becomes ``new`` in the lock."""

    def prepare(folder: Path) -> None:
        manifests = [path for path in folder.rglob("package.json") if "node_modules" not in path.parts]
        texts = {path: path.read_text() for path in manifests}
        for path, text in texts.items():
            path.write_text(text.replace(_RANGE, _OLD))
        run(folder, *command)
        shutil.rmtree(folder / "node_modules", ignore_errors=True)
        shutil.rmtree(folder / ".yarn", ignore_errors=True)
        for path, text in texts.items():
            path.write_text(text)
        found = (folder / lock).read_text()
        assert re.search(old, found), found
        (folder / lock).write_text(re.sub(old, new, found))

    return prepare


ONE_MANIFEST_FIVE_HANDLERS = Shape(
    folder="s02",
    files={
        "package.json": manifest("api", dependencies={"@aws-lambda-powertools/logger": "^2"}),
        "tsconfig.json": '{"compilerOptions": {"strict": true, "paths": {"@lib/*": ["./src/lib/*"]}}}\n',
        "src/lib/keep.ts": """\
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { Logger } from '@aws-lambda-powertools/logger';

const dynamo = new DynamoDBClient({});
const logger = new Logger({ serviceName: 'api' });

/** Before this it was `require('aws-sdk')`. */
export async function keep(verb: string): Promise<string> {
  logger.info('kept', { verb });
  await dynamo.send(
    new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: verb } } }),
  );
  return verb;
}
""",
        **{
            f"src/api/{verb}.ts": f"""\
import {{ keep }} from '@lib/keep';

export const handler = async (event: Record<string, unknown>): Promise<object> => {{
{NODE_BODY}  return {{ said: '{SAID}', kept: await keep('{verb}') }};
}};
"""
            for verb in ("create", "read", "update", "delete", "list")
        },
    },
    functions={
        f"api-{verb}": {
            "directory": "",
            "runtime": "nodejs22.x",
            "handler": f"src/api/{verb}.handler",
            # One says nothing: its tsconfig.json is enough. One brings flags.
            **({} if verb == "read" else {"build": "esbuild --minify" if verb == "list" else "esbuild"}),
        }
        for verb in ("create", "read", "update", "delete", "list")
    },
    packages={
        f"api-{verb}": (f"src/api/{verb}.js", f"src/api/{verb}.js.map")
        for verb in ("create", "read", "update", "delete", "list")
    },
    answers={f"api-{verb}": {"kept": verb} for verb in ("create", "read", "update", "delete", "list")},
    before="""\
orders = aws.dynamodb.Table(
    "orders",
    name="orders",
    billing_mode="PAY_PER_REQUEST",
    hash_key="id",
    attributes=[{"name": "id", "type": "S"}],
)
may_put = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": orders.arn}],
}
for verb in ("create", "read", "update", "delete", "list"):
    functions[f"api-{verb}"] = greenshift.FunctionArgs(environment={"TABLE": orders.name}, policies=[may_put])
""",
    prepare=lambda folder: run(folder, "npm@11", "npm", "install", "--package-lock-only"),
)

_SIX = "8abb2f1d86890a2dfb989f9a77cfcfd3e47c2a354b01111771326f8aa26e0254"
_INICONFIG = "b6a85871a79d2e3b22d2d1b94ac2824226a63c6b741c88f7ae975f18b6778374"
_ASKS_SIX = python("'six': six.__version__", before="import six\n", name="lambda_handler")
_SETUPTOOLS = '[build-system]\nrequires = ["setuptools>=77"]\nbuild-backend = "setuptools.build_meta"\n'

UV = Shape(
    folder="s04",
    files={
        "pyproject.toml": '[project]\nname = "demo"\nversion = "0.1.0"\nrequires-python = ">=3.9"\n'
        f'dependencies = ["six>=1.15"]\n\n[dependency-groups]\ndev = ["iniconfig"]\n\n{_SETUPTOOLS}',
        "src/demo/__init__.py": _ASKS_SIX,
        "uv.lock": f"""\
version = 1
requires-python = ">=3.9"

[[package]]
name = "demo"
version = "0.1.0"
source = {{ editable = "." }}
dependencies = [{{ name = "six" }}]

[package.dev-dependencies]
dev = [{{ name = "iniconfig" }}]

[[package]]
name = "iniconfig"
version = "2.0.0"
source = {{ registry = "pypi" }}
wheels = [{{ hash = "sha256:{_INICONFIG}" }}]

[[package]]
name = "six"
version = "1.16.0"
source = {{ registry = "pypi" }}
wheels = [{{ hash = "sha256:{_SIX}" }}]
""",
    },
    functions={"uv": {"directory": "", "runtime": "python3.13", "handler": "demo.lambda_handler"}},
    packages={"uv": ("demo/__init__.py", "pyproject.toml", "six.py", "src/demo/__init__.py", "uv.lock")},
    answers={"uv": {"six": "1.16.0"}},
)

POETRY = Shape(
    folder="s05",
    files={
        "pyproject.toml": """\
[tool.poetry]
name = "bill"
version = "0.1.0"
description = ""
authors = []
packages = [{ include = "bill", from = "src" }]

[tool.poetry.dependencies]
python = "^3.9"
six = "^1.15"

[tool.poetry.group.dev.dependencies]
iniconfig = "*"

[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
""",
        "src/bill/__init__.py": _ASKS_SIX,
        "poetry.lock": f"""\
[[package]]
name = "iniconfig"
version = "2.0.0"
optional = false
python-versions = ">=3.7"
groups = ["dev"]
files = [{{ file = "iniconfig-2.0.0-py3-none-any.whl", hash = "sha256:{_INICONFIG}" }}]

[[package]]
name = "six"
version = "1.16.0"
optional = false
python-versions = ">=2.7"
groups = ["main"]
files = [{{ file = "six-1.16.0-py2.py3-none-any.whl", hash = "sha256:{_SIX}" }}]

[metadata]
lock-version = "2.1"
python-versions = "^3.9"
""",
    },
    functions={"poetry": {"directory": "", "runtime": "python3.13", "handler": "bill.lambda_handler"}},
    packages={
        "poetry": ("bill/__init__.py", "poetry.lock", "pyproject.toml", "six.py", "src/bill/__init__.py")
    },
    answers={"poetry": {"six": "1.16.0"}},
)


def workspace(folder: str, key: str, link: str, files: Mapping[str, str], prepare: Callable[[Path], None],
              root: Mapping[str, object]) -> Shape:  # fmt: skip
    """A workspace whose member needs another one and ms; ``link`` is how it names the other."""
    return Shape(
        folder=folder,
        files={
            "package.json": manifest("root", private=True, **root),
            "packages/charge/package.json": manifest("charge", dependencies={"ms": "^2.0.0", "shared": link}),
            "packages/charge/index.js": node(
                "ms: require('ms/package.json').version, shared: require('shared').name"
            ),
            "packages/shared/package.json": manifest("shared", devDependencies={"left-pad": "1.3.0"}),
            "packages/shared/index.js": "exports.name = 'shared';\n",
            **files,
        },
        functions={key: {**NODE, "directory": "packages/charge"}},
        packages={
            key: ("index.js", *_MS, "node_modules/shared/index.js", "node_modules/shared/package.json",
                  "package.json")
        },
        answers={key: {"ms": "2.0.0", "shared": "shared"}},
        prepare=prepare,
    )  # fmt: skip


def _locked_by_berry(version: str) -> Callable[[Path], None]:
    old, new = r'((?m:^)"?ms@|\bms: "?)npm:2\.0\.0', r"\1npm:^2.0.0"
    command = (f"@yarnpkg/cli-dist@{version}", "yarn", "install", "--mode=update-lockfile")
    return locked("yarn.lock", old, new, *command)


PNPM_WORKSPACE = workspace(
    "s06", "pnpm", "workspace:*",
    {"pnpm-workspace.yaml": "packages:\n  - packages/*\n"},
    locked("pnpm-lock.yaml", r"specifier: 2\.0\.0", "specifier: ^2.0.0",
           "pnpm@9", "pnpm", "install", "--lockfile-only"),
    {"packageManager": "pnpm@9.15.9"},
)  # fmt: skip
NPM_WORKSPACE = workspace(
    "s07", "npm", "*", {},
    locked("package-lock.json", r'"ms": "2\.0\.0"', _RANGE,
           "npm@11", "npm", "install", "--package-lock-only"),
    {"workspaces": ["packages/*"]},
)  # fmt: skip
BERRY_WORKSPACE = workspace(
    "s08b", "berry-workspace", "workspace:^", {".yarnrc.yml": "nodeLinker: node-modules\n"},
    _locked_by_berry("4"),
    {"workspaces": ["packages/*"]},
)  # fmt: skip
BERRY = Shape(
    folder="s08",
    files={
        "package.json": manifest("charge", packageManager="yarn@4.9.2", **_NEEDS_MS),
        ".yarnrc.yml": "nodeLinker: node-modules\n",
        "index.js": _ASKS_MS,
    },
    functions={"berry": {**NODE, "directory": ""}},
    packages={"berry": (".yarnrc.yml", "index.js", *_MS, "package.json", "yarn.lock")},
    answers={"berry": {"ms": "2.0.0"}},
    prepare=_locked_by_berry("4.9.2"),
)
CLASSIC = Shape(
    folder="s08c",
    files={"package.json": manifest("charge", **_NEEDS_MS), "index.js": _ASKS_MS},
    functions={"classic": {**NODE, "directory": ""}},
    packages={"classic": ("index.js", *_MS, "package.json", "yarn.lock")},
    answers={"classic": {"ms": "2.0.0"}},
    prepare=locked("yarn.lock", r"ms@2\.0\.0:", "ms@^2.0.0:", "yarn@1.22.22", "yarn", "install"),
)
BUN = Shape(
    folder="s06b",
    files={"package.json": manifest("charge", **_NEEDS_MS), "index.js": _ASKS_MS},
    functions={"bun": {**NODE, "directory": ""}},
    packages={"bun": ("bun.lock", "index.js", *_MS, "package.json")},
    answers={"bun": {"ms": "2.0.0"}},
    prepare=locked("bun.lock", r'"ms": "2\.0\.0"', _RANGE, "bun@1", "bun", "install", "--lockfile-only"),
)

_GO = f"""\
package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
)

func answer(event map[string]any) (any, bool) {{
	if _, smoke := event["greenshift"]; "{SAID}" == "broken" && !smoke {{
		return map[string]string{{"errorMessage": "broken", "errorType": "Broken"}}, false
	}}
	return map[string]string{{"said": "{SAID}", "language": "Go"}}, true
}}

func main() {{
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {{
		next, err := http.Get(api + "next")
		if err != nil {{
			panic(err)
		}}
		event := map[string]any{{}}
		json.NewDecoder(next.Body).Decode(&event)
		next.Body.Close()
		said, fine := answer(event)
		path := "/response"
		if !fine {{
			path = "/error"
		}}
		body, _ := json.Marshal(said)
		id := next.Header.Get("Lambda-Runtime-Aws-Request-Id")
		done, err := http.Post(api+id+path, "application/json", bytes.NewReader(body))
		if err != nil {{
			panic(err)
		}}
		done.Body.Close()
	}}
}}
"""
GO = Shape(
    folder="s13",
    files={"go.mod": "module charge\n\ngo 1.21\n", "main.go": _GO},
    functions={
        "go": {
            "directory": "",
            "runtime": "provided.al2023",
            "build": "CGO_ENABLED=0 go build -trimpath -ldflags=-s -o bootstrap .",
            "exclude": ["*.go", "go.mod"],
        }
    },
    packages={"go": ("bootstrap",)},
    answers={"go": {"language": "Go"}},
)

FETCHED = (
    ONE_MANIFEST_FIVE_HANDLERS, UV, POETRY, PNPM_WORKSPACE, NPM_WORKSPACE, BERRY_WORKSPACE, BERRY, CLASSIC,
    BUN,
    *([GO] if shutil.which("go") else []),
)  # fmt: skip
