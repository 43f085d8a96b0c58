"""The Pulumi program itself: a token it cannot be without stops every preview and every build of CI."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from greenshift.checks.finding import Finding


def check_program(root: Path) -> Iterator[Finding]:
    """Checks all Python files beside ``Pulumi.yaml``."""
    for file in sorted(root.glob("*.py")):
        for line, name in required_tokens(file.read_text(encoding="utf-8", errors="replace")):
            yield Finding(
                rule="required-token",
                level="error",
                file=file.name,
                line=line,
                what=f"requires the secret {name!r}",
                why="where nobody has set it, in CI or on a new machine, every preview fails",
                fix=f"read it with get_secret({name!r}), else from the environment, and go without in a "
                "preview; the default source, a connection, needs no token",
            )


def required_tokens(text: str) -> list[tuple[int, str]]:
    """Line and name of each token a program calls ``require`` or ``require_secret`` for.

    ``config.require_secret("githubToken")`` in line 3 gives ``[(3, "githubToken")]``.
    """
    try:
        calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    except SyntaxError:
        return []  # running it says so, and where
    named = [(call.lineno, name) for call in calls if (name := _required(call)) is not None]
    return sorted((line, name) for line, name in named if "token" in name.lower())


def _required(call: ast.Call) -> str | None:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in ("require", "require_secret"):
        return None
    keys = [*call.args, *(each.value for each in call.keywords if each.arg == "key")]
    literal = keys[0] if keys else None
    is_text = isinstance(literal, ast.Constant) and isinstance(literal.value, str)
    return str(literal.value) if is_text and isinstance(literal, ast.Constant) else None
