"""What would only fail in Lambda, found before anything is published.

Pure: a function, the names in its package, and the text of its sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .failure import BuildFailure
from .manifest import Function

_NODE_SUFFIXES = (".js", ".mjs", ".cjs")
_SOURCE_SUFFIXES = (*_NODE_SUFFIXES, ".ts")
_SDK_V2 = re.compile(r"""(?:require\(\s*|from\s+|import\s+|import\(\s*)['"]aws-sdk(?:/[^'"]*)?['"]""")
_COMPILED = re.compile(r"\.cpython-(\d)(\d+)-")


def check_handler(function: Function, names: Iterable[str], left_out: Mapping[str, str]) -> None:
    """The file Lambda will load must be in the package."""
    wanted = handler_files(function.runtime, function.handler)
    there = set(names)
    if not wanted or any(name in there for name in wanted):
        return
    raise BuildFailure(
        function.key,
        f"handler {function.handler!r} ({function.runtime}) needs {_either(wanted)} in the package; "
        + _instead(function.directory, wanted, there, left_out),
    )


def handler_files(runtime: str, handler: str) -> tuple[str, ...]:
    """The files that could hold a handler; none when this kit does not know the runtime's rule.

    >>> handler_files("nodejs22.x", "src/index.handler")
    ('src/index.js', 'src/index.mjs', 'src/index.cjs')
    """
    if runtime.startswith("nodejs"):
        folder, _, name = handler.rpartition("/")
        # Lambda's Node runtime cuts the file name at its first dot; the rest is a path of exports.
        module = "/".join(part for part in (folder, name.split(".", 1)[0]) if part)
        return tuple(module + suffix for suffix in _NODE_SUFFIXES)
    if runtime.startswith("python"):
        module = handler.rpartition(".")[0].replace(".", "/")
        return (f"{module}.py", f"{module}/__init__.py")
    if runtime.startswith("provided"):
        return ("bootstrap",)
    return ()


def _either(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" or {names[-1]}"


def _instead(directory: str, wanted: tuple[str, ...], there: set[str], left_out: Mapping[str, str]) -> str:
    for name in wanted:
        parts = name.split("/")
        for prefix in ("/".join(parts[:count]) for count in range(1, len(parts) + 1)):
            if prefix in left_out:
                return f"{prefix} is left out by the pattern {left_out[prefix]!r}"
    own = sorted(name for name in there if not name.startswith("node_modules/"))
    if not own:
        return f"{directory} has no files to package"
    return f"{directory} has " + ", ".join(own[:8]) + (f" and {len(own) - 8} more" if len(own) > 8 else "")


def check_sdk(function: Function, names: Iterable[str], sources: Mapping[str, str]) -> None:
    """Node 18 and newer carry only version 3 of the SDK (developer guide: Lambda runtimes)."""
    if not _is_node_18_or_newer(function.runtime):
        return
    if any(name.startswith("node_modules/aws-sdk/") for name in names):
        return
    for name, text in sources.items():
        if found := _SDK_V2.search(text):
            line = text.count("\n", 0, found.start()) + 1
            raise BuildFailure(
                function.key,
                f"{name}:{line} loads 'aws-sdk' (version 2), which {function.runtime} does not have; "
                "use @aws-sdk/client-*, or name aws-sdk in package.json's dependencies",
            )


def is_own_source(name: str) -> bool:
    return name.endswith(_SOURCE_SUFFIXES) and "node_modules/" not in name


def _is_node_18_or_newer(runtime: str) -> bool:
    found = re.fullmatch(r"nodejs(\d+)\.x", runtime)
    return found is not None and int(found.group(1)) >= 18


def compiled_for_another_python(function: Function, names: Iterable[str]) -> str | None:
    """A message when a compiled module in the package cannot load on the function's Python."""
    found = re.fullmatch(r"python(\d)\.(\d+)", function.runtime)
    if found is None:
        return None
    for name in names:
        tag = _COMPILED.search(name)
        if tag is not None and tag.groups() != found.groups():
            return (
                f"{name} is compiled for Python {tag.group(1)}.{tag.group(2)}, "
                f"the function runs on {function.runtime}: build with the same Python"
            )
    return None
