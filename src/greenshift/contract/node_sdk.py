"""Node.js 18 and newer bundle version 3 of the AWS SDK and nothing of version 2 (developer guide: runtimes).

A function that loads `aws-sdk` and does not bring it fails when it is loaded. Python 3.9's syntax: it runs in
the build as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from .javascript import loads

SCRIPTS = (".js", ".mjs", ".cjs")
"""What Lambda loads."""
SOURCES = (*SCRIPTS, ".ts", ".mts", ".cts", ".jsx", ".tsx")
"""What that is made of."""
_MODULES = "node_modules/"
_SDK = "node_modules/aws-sdk/"
_FIRST_WITHOUT = 18
# Reading a file as JavaScript takes its time; most need not be.
_MENTIONS = re.compile(r"""['"`]aws-sdk['"`/]""")


class Use(NamedTuple):
    """A file that loads a module of version 2; ``line`` counts from 1."""

    file: str
    line: int
    module: str

    @property
    def replacement(self) -> str:
        """The package of version 3: `aws-sdk/clients/s3` -> `@aws-sdk/client-s3`."""
        service = re.match(r"aws-sdk/clients/(\w+)", self.module)
        return f"@aws-sdk/client-{service.group(1) if service else '*'}"


def uses_of_missing_sdk(
    runtime: str, names: Collection[str], read: Callable[[str], str], suffixes: Sequence[str] = SCRIPTS
) -> Iterator[Use]:
    """Where a package loads version 2 and will not find it, sorted by file.

    ``names`` are the paths in the package, ``read`` gives the text of one. What is installed answers for
    itself; a file finds version 2 in a node_modules beside it or above.
    """
    if not lacks_sdk_v2(runtime):
        return
    brought = {name.partition(_SDK)[0] for name in names if _SDK in name}
    for name in sorted(names):
        if is_own(name, suffixes) and not any(name.startswith(folder) for folder in brought):
            yield from _uses(name, read(name))


def is_own(name: str, suffixes: Sequence[str] = SOURCES) -> bool:
    """Whether a path in a package is a source of the function itself."""
    return name.endswith(tuple(suffixes)) and not f"/{name}".count(f"/{_MODULES}")


def lacks_sdk_v2(runtime: str) -> bool:
    return node_version(runtime) >= _FIRST_WITHOUT


def node_version(runtime: str) -> int:
    """22 of `nodejs22.x`; 0 of every other runtime, and of the oldest, which is just `nodejs`."""
    found = re.match(r"nodejs(\d+)\.", runtime)
    return int(found.group(1)) if found else 0


def _uses(name: str, text: str) -> Iterator[Use]:
    if _MENTIONS.search(text) is None:
        return
    for load in loads(text):
        if load.module.split("/")[0] == "aws-sdk":
            yield Use(name, load.line, load.module)
