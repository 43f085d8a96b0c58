"""JavaScript that no Node can read, in the handler's file and in what that loads of the repository.

The build's own node parses all of them at once and runs none; where there is none, nothing is judged.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypedDict

from ..contract.javascript import loads
from ..contract.node_sdk import SCRIPTS, node_version
from .python_syntax import Unreadable

_PARSE = r"""
const vm = require("vm"), fs = require("fs"), found = [];
const { spawnSync } = require("child_process");
const parse = {
  module: (text, path) => new vm.SourceTextModule(text, { identifier: path }),
  commonjs: (text, path) => vm.compileFunction(
    text, ["exports", "require", "module", "__filename", "__dirname"], { filename: path }),
};
for (const [path, kinds] of JSON.parse(fs.readFileSync(0, "utf8"))) {
  const text = fs.readFileSync(path, "utf8").replace(/^\uFEFF/, "").replace(/^#!.*/, "");
  let failed = null;
  for (const kind of kinds) {
    try {
      parse[kind](text, path);
      failed = null;
      break;
    } catch (error) {
      // Of a file that may be either, what it is not does not count.
      if (!failed || /\b(import|export|await)\b/.test(failed.error.message)) failed = { error, kind };
    }
  }
  if (failed && failed.error instanceof SyntaxError) {
    // An error in a module does not say where; node itself does.
    const check = ["--input-type=module", "--check"], options = { input: text, encoding: "utf8" };
    const isModule = failed.kind === "module";
    found.push([path, isModule ? spawnSync(process.execPath, check, options).stderr : failed.error.stack]);
  }
}
console.log(JSON.stringify({ version: process.versions.node, found }));
"""


class Answer(TypedDict):
    """Node's version, and of each file that is none, its path and what the error says of it."""

    version: str
    found: list[tuple[str, str]]


_EITHER = ("commonjs", "module")
_KINDS = {".mjs": ("module",), ".cjs": ("commonjs",)}
_SAID = re.compile(r"[^\n]*:(?P<line>\d+)\n(?P<shown>.*?)\n\s*SyntaxError: (?P<what>[^\n]*)", re.DOTALL)
_SECONDS = 60


def unreadable_javascript(runtime: str, wanted: Iterable[str], folder: Path) -> Iterator[Unreadable]:
    """``wanted`` are the names the handler's file may have."""
    first = next((folder / name for name in wanted if (folder / name).is_file()), None)
    if first is None:
        return
    answer = _parsed([(str(path), _kinds(path, folder)) for path in _loaded(first)])
    is_doubted = int(answer["version"].split(".")[0]) < node_version(runtime)
    for path, said in answer["found"]:
        read = _SAID.match(said)
        if read is not None:
            shown = "\n".join(f"    {line}" for line in read["shown"].splitlines() if line)
            what = f"invalid syntax: {read['what']}"
            yield Unreadable(Path(path), int(read["line"]), what, shown, is_doubted)


def _loaded(first: Path) -> list[Path]:
    """A file and those of the repository that it loads, and these."""
    queue = [first]
    for path in queue:
        for each in loads(path.read_text(encoding="utf-8", errors="replace")):
            found = _file(path.parent / each.module) if each.module.startswith(".") else None
            if found is not None and found not in queue:
                queue.append(found)
    return queue


def _file(named: Path) -> Path | None:
    """Node.js documentation, "File modules" and "Folders as modules"."""
    places = (named, *(named.with_name(named.name + suffix) for suffix in SCRIPTS), named / "index.js")
    found = next((place for place in places if place.is_file()), None)
    return Path(os.path.normpath(found)) if found is not None and found.suffix in SCRIPTS else None


def _kinds(path: Path, folder: Path) -> tuple[str, ...]:
    """What a file may be; one that no package.json speaks of, either (Node.js documentation, "Packages")."""
    if path.suffix in _KINDS:
        return _KINDS[path.suffix]
    for above in path.parents:
        package = above / "package.json"
        if package.is_file():
            return _said(package)
        if above == folder:
            break
    return _EITHER


def _said(package: Path) -> tuple[str, ...]:
    try:
        kind = json.loads(package.read_text(encoding="utf-8")).get("type")
    except (ValueError, AttributeError):
        return _EITHER
    return (kind,) if kind in _EITHER else _EITHER


def _parsed(files: list[tuple[str, tuple[str, ...]]]) -> Answer:
    """What node says of them; nothing without a node, or with one that cannot do it."""
    silence: Answer = {"version": "0", "found": []}
    try:
        done = subprocess.run(
            ("node", "--no-warnings", "--experimental-vm-modules", "-e", _PARSE),
            input=json.dumps(files),
            env={**os.environ, "NODE_OPTIONS": ""},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        answer: Answer = json.loads(done.stdout) if done.returncode == 0 else silence
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return silence
    return answer
