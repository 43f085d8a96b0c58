"""`reference/python.md`: the public classes of `greenshift`, made from their docstrings."""

from __future__ import annotations

import dataclasses
import inspect
import re
import textwrap
from collections.abc import Iterator
from typing import Any

import greenshift

#: What a program is written with; the rest of the public names are what those are made of.
FIRST = ("DeliveryPipeline", "DeliveryPipelineArgs", "FunctionArgs", "ServiceFunction", "Settings")


def python_page(notice: str) -> str:
    lines = ["# The Python API", "", notice, "", "What `import greenshift` gives a Pulumi program.", ""]
    names = [*FIRST, *(name for name in greenshift.__all__ if name not in FIRST)]
    for name in names:
        public = getattr(greenshift, name)
        if name == "Settings":
            lines += [
                "## Settings",
                "",
                "What a stack is told: every key is in [settings.md](../settings.md).",
                "",
            ]
        elif inspect.isclass(public):
            lines += _class(name, public)
    return "\n".join(lines).rstrip() + "\n"


def _class(name: str, public: type[Any]) -> Iterator[str]:
    yield f"## {name}"
    yield ""
    text = inspect.cleandoc(public.__doc__ or "")
    if text and not text.startswith(f"{name}("):  # else it is what `dataclass` writes
        yield from (_prose(text), "")
    yield from _constructor(name, public)
    word = "argument" if dataclasses.is_dataclass(public) else "attribute"
    fields = _documented_fields(public)
    if fields:
        yield f"| {word} | type | what it is |"
        yield "| --- | --- | --- |"
        yield from (f"| `{key}` | `{kind}` | {about} |" for key, kind, about in fields)
        yield ""
    yield from _methods(public)


def _constructor(name: str, public: type[Any]) -> Iterator[str]:
    made = vars(public).get("__init__")
    if dataclasses.is_dataclass(public) or not inspect.isfunction(made):
        return
    yield f"```python\n{name}({_parameters(made)})\n```"
    yield ""
    if made.__doc__:
        yield from (_prose(inspect.cleandoc(made.__doc__)), "")


def _methods(public: type[Any]) -> Iterator[str]:
    for name, member in vars(public).items():
        function = member.__func__ if isinstance(member, classmethod) else member
        if name.startswith("_") or not inspect.isfunction(function) or not function.__doc__:
            continue
        yield f"### {public.__name__}.{name}"
        yield ""
        yield f"```python\n{name}({_parameters(function)})\n```"
        yield ""
        yield from (_prose(inspect.cleandoc(function.__doc__)), "")


def _parameters(function: Any) -> str:
    shown: list[str] = []
    is_keyword = False
    for key, each in inspect.signature(function).parameters.items():
        if key in ("self", "cls"):
            continue
        star = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        if each.kind is each.KEYWORD_ONLY and not is_keyword and not any("*" in one for one in shown):
            shown.append("*")
        is_keyword = is_keyword or each.kind is each.KEYWORD_ONLY
        default = "" if each.default is each.empty else f" = {each.default!r}"
        shown.append(f"{star}{key}: {each.annotation}{default}")
    return "\n    " + ",\n    ".join(shown) + ",\n" if shown else ""


def _documented_fields(public: type[Any]) -> list[tuple[str, str, str]]:
    """What a class says it has, with the text below each: arguments of a dataclass, attributes of others."""
    source = textwrap.dedent(inspect.getsource(public))
    found = []
    for name, type_ in inspect.get_annotations(public).items():
        if not name.startswith("_"):
            pattern = rf'^    {name}: [^\n]*\n    """(.*?)"""'
            about = re.search(pattern, source, re.MULTILINE | re.DOTALL)
            kind = str(type_).replace("|", "\\|")
            found.append((name, kind, _one_line(about[1]) if about else ""))
    return found


def _one_line(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


def _prose(text: str) -> str:
    """A docstring as Markdown: indented blocks are code, ``x`` is `x`."""
    parts = re.split(r"(\n(?:    .*\n?|\n)+)", text.replace("``", "`"))
    is_code = [bool(part.strip()) and part.lstrip("\n").startswith("    ") for part in parts]
    return "".join(
        f"\n\n```python\n{textwrap.dedent(part).strip()}\n```\n\n" if code else part
        for part, code in zip(parts, is_code, strict=True)
    ).strip()
