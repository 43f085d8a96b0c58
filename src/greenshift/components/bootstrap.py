"""The code a function has until its first release: it answers, and says so.

It answers instead of failing, so that nothing that watches errors takes a new function for a broken one.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from greenshift.settings.runtimes import RUNTIMES

MESSAGE = "No release has reached this function yet: this is Greenshift's bootstrap code. Start the pipeline."

_NODE = """\
const bootstrap = async () => ({{ statusCode: 503, body: {message!r} }});
export {{ bootstrap as {function} }};
"""

_PYTHON = """\
def {function}(event, context):
    return {{"statusCode": 503, "body": {message!r}}}
"""


def bootstrap_files(runtime: str, handler: str) -> dict[str, str]:
    """File name and text of a package whose ``handler`` answers on ``runtime``."""
    module, _, function = handler.rpartition(".")
    is_node = RUNTIMES[runtime].language == "nodejs"
    template, suffix = (_NODE, ".mjs") if is_node else (_PYTHON, ".py")
    # {message!r} is a Python literal; with no quote inside, the same text is a JavaScript one.
    text = template.format(function=function, message=MESSAGE.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}"))
    return {str(PurePosixPath(module + suffix)): text}
