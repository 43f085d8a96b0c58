"""The file Lambda will load: that it is there, and that it is not written for a callback Node 24 lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from greenshift.buildkit.checks import check_handler
from greenshift.buildkit.failure import BuildFailure
from greenshift.checks.finding import Finding
from greenshift.checks.source.function import FunctionSource
from greenshift.checks.source.places import Place
from greenshift.contract.handlers import handler_files
from greenshift.contract.node_sdk import node_version

_WITHOUT_CALLBACKS = 24


def check_handler_file(source: FunctionSource, place: Place) -> Iterator[Finding]:
    """The build kit's own check; a function with a build command may make the file only then."""
    if source.function.build is not None:
        return
    names = set(source.selection.files)
    if source.contents.python_project:  # it is installed, and a package below src is then at the top
        names |= {name.removeprefix("src/") for name in names}
    try:
        check_handler(source.function, names, source.selection.left_out)
    except BuildFailure as failure:
        yield Finding(
            rule="handler-missing",
            level="error",
            function=source.key,
            file=place.file,
            line=place.line,
            what=failure.message,
            why="Lambda accepts such a package and fails at the first invocation; the build refuses it",
            fix=_fix(source),
        )


def _fix(source: FunctionSource) -> str:
    setting = f"greenshift:functions.{source.key}"
    wanted = handler_files(source.function.runtime, source.function.handler)
    typescript = {name.rpartition(".")[0] + ".ts" for name in wanted}
    if typescript & source.selection.files.keys():
        return f"set {setting}.build to the command that compiles it"
    return f"fix {setting}.handler or .directory, or set .build to the command that makes the file"


def check_callback(source: FunctionSource) -> Iterator[Finding]:
    """A handler of three parameters on nodejs24.x [aws-lambda-nodejs-runtime-interface-client, issue 137]."""
    if node_version(source.function.runtime) < _WITHOUT_CALLBACKS:
        return
    wanted = handler_files(source.function.runtime, source.function.handler)
    stems = {name.rpartition(".")[0] for name in wanted}
    for name, text in sorted(source.texts.items()):
        line = callback_line(text, _export(source.function.handler)) if _stem(name) in stems else 0
        if line:
            yield Finding(
                rule="callback-handler",
                level="warning",
                function=source.key,
                file=source.file(name),
                line=line,
                what=f"{_export(source.function.handler)} takes a callback",
                why=f"{source.function.runtime} no longer calls handlers with one: async handlers only",
                fix="make it async (event, context) and return the result instead of calling back",
            )


def callback_line(text: str, export: str) -> int:
    """The line where ``export`` is a function of three or more parameters; 0 when it is not.

    >>> callback_line("exports.handler = (event, context, callback) => callback(null, 1)", "handler")
    1
    """
    name = re.escape(export)
    assigned = (
        rf"(?:exports\.|\b(?:const|let|var)\s+){name}\s*(?::[^=]+)?=\s*(?:async\s+)?(?:function\b\s*\w*\s*)?"
    )
    for match in re.finditer(rf"(?:{assigned}|\bfunction\s+{name}\s*)\(([^()]*)\)", text):
        if _parameters(match[1]) >= 3:
            return text.count("\n", 0, match.start()) + 1
    return 0


def _parameters(between: str) -> int:
    """How many parameters; commas inside braces, as in ``({ body, path }, context)``, do not part them."""
    flat = re.sub(r"\{[^{}]*\}|\[[^\[\]]*\]", "_", between)
    return len([part for part in flat.split(",") if part.strip()])


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _export(handler: str) -> str:
    return handler.rpartition("/")[2].partition(".")[2]
