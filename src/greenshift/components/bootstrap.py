"""The code a function has until its first release: it fails, and says why.

It fails instead of answering, so that whoever calls it notices: a queue keeps its message, a stream its
record, and an alarm counts an error. An answer, even one that says 503, would count as work done.
"""

from __future__ import annotations

import json

from greenshift.contract.runtimes import RUNTIMES

MESSAGE = "No release has reached this function yet: this is Greenshift's bootstrap code. Start the pipeline."
ERROR = "NotReleasedYet"
"""The ``errorType`` of every call."""

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


def bootstrap_files(runtime: str, handler: str) -> dict[str, str]:
    """File name and text of a package whose ``handler`` can be loaded on ``runtime``, and fails.

    A runtime reads a handler in its own way: Python's is a module's dotted path and a function; Node's is a
    file up to the first dot of its name, and then a path of exported members (their runtime interface
    clients).
    """
    # JSON text is a literal in both languages.
    values = {"error": ERROR, "message": json.dumps(MESSAGE)}
    if RUNTIMES[runtime].language == "nodejs":
        folder, slash, name = handler.rpartition("/")
        file, exported, *members = name.split(".")
        value = "bootstrap"
        for member in reversed(members):
            value = f"{{ {member}: {value} }}"
        return {f"{folder}{slash}{file}.mjs": _NODE.format(exported=exported, value=value, **values)}
    module, _, function = handler.rpartition(".")
    return {f"{module.replace('.', '/')}.py": _PYTHON.format(function=function, **values)}
