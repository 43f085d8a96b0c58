"""The code a function has until its first release: it fails, and says why (``contract/not_released.py``)."""

from __future__ import annotations

import json

from greenshift.contract.not_released import ERROR, MESSAGE
from greenshift.contract.runtimes import RUNTIMES

_NODE = """\
class {error} extends Error {{ name = '{error}'; }}
const bootstrap = async () => {{ throw new {error}({message}); }};
const handler = {value};
export {{ handler as {exported} }};
"""

_PYTHON = """\
class {error}(Exception):
    pass


def {function}(event, context):
    raise {error}({message})
"""


# It is not reached, whatever the handler is: the file says no when it is loaded (`Init<NotReleasedYet>`).
_RUBY = """\
class {error} < StandardError; end
raise {error}, {message}
"""


# Lambda refuses to start a file without the right to be executed, which an archive of texts does not give it;
# either way it fails.
_EXECUTABLE = """\
#!/bin/sh
# {error}
echo {message} >&2
exit 1
"""


def bootstrap_files(runtime: str, handler: str) -> dict[str, str]:
    """File name and text of a package whose ``handler`` can be loaded on ``runtime``, and fails.

    A runtime reads a handler in its own way: Python's is a module's dotted path and a function; Node's is a
    file up to the first dot of its name, and then a path of exported members (their runtime interface
    clients).
    """
    # JSON text is a literal in both languages.
    values = {"error": ERROR, "message": json.dumps(MESSAGE)}
    if RUNTIMES[runtime].language == "provided":
        return {"bootstrap": _EXECUTABLE.format(**values)}
    if RUNTIMES[runtime].language in ("java", "dotnet"):
        # A class needs a compiler. Without one the call fails as well, since there is no such class.
        return {f"{ERROR}.txt": MESSAGE}
    if RUNTIMES[runtime].language == "ruby":
        file, *_ = handler.split(".")
        return {f"{file}.rb": _RUBY.format(**values)}
    if RUNTIMES[runtime].language == "nodejs":
        folder, slash, name = handler.rpartition("/")
        file, exported, *members = name.split(".")
        value = "bootstrap"
        for member in reversed(members):
            value = f"{{ {member}: {value} }}"
        return {f"{folder}{slash}{file}.mjs": _NODE.format(exported=exported, value=value, **values)}
    module, _, function = handler.rpartition(".")
    return {f"{module.replace('.', '/')}.py": _PYTHON.format(function=function, **values)}
