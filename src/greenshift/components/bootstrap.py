"""The code a function has until its first release: it answers, and says so.

It answers instead of failing, so that nothing that watches errors takes a new function for a broken one.
"""

from __future__ import annotations

import json

from greenshift.settings.runtimes import RUNTIMES

MESSAGE = "No release has reached this function yet: this is Greenshift's bootstrap code. Start the pipeline."

_NODE = """\
const bootstrap = async () => ({{ statusCode: 503, body: {message} }});
export {{ bootstrap as {function} }};
"""

_PYTHON = """\
def {function}(event, context):
    return {{"statusCode": 503, "body": {message}}}
"""


def bootstrap_files(runtime: str, handler: str) -> dict[str, str]:
    """File name and text of a package whose ``handler`` answers on ``runtime``."""
    module, _, function = handler.rpartition(".")
    is_node = RUNTIMES[runtime].language == "nodejs"
    template, suffix = (_NODE, ".mjs") if is_node else (_PYTHON, ".py")
    # JSON text is a literal in both languages.
    return {module + suffix: template.format(function=function, message=json.dumps(MESSAGE))}
