"""All cases as one program: each case's resource and what it needs, made once where several need the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from greenshift.engine.properties.values import Archive, Asset
from support.pulumi.type_cases.case import Case, Ref

HEAD = """\
import pulumi


def make(type_, name, outputs, inputs, *after):
    options = pulumi.ResourceOptions(depends_on=after)
    return pulumi.CustomResource(type_, name, {**dict.fromkeys(outputs), **inputs}, options)


"""


_READ = {"arn", "name", "rootResourceId", "httpMethod", "version", "streamArn"}
"""The outputs that cases refer to."""


def program(cases: Iterable[Case]) -> str:
    """The text of a Python program."""
    writer = _Writer()
    for number, case in enumerate(cases):
        names: dict[str, str] = {}
        for name in case.needs:  # some name what they need, and some only say its name
            writer.need(case, name, names)
        writer.made(f"it{number}", case.type, case.inputs, names)
    return HEAD + "\n".join(writer.lines) + "\n"


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self._known: dict[str, str] = {}

    def need(self, case: Case, name: str, names: dict[str, str]) -> None:
        """Make it, or take the one that another case needs as well; ``names`` learns of its variable."""
        type_, inputs = case.needs[name]
        for other in _refs(inputs):
            if other not in names:
                self.need(case, other, names)
        key = f"{type_} {_written(inputs, names)}"
        if key not in self._known:
            self._known[key] = f"n{len(self._known)}"
            self.made(self._known[key], type_, inputs, names)
        names[name] = self._known[key]

    def made(self, variable: str, type_: str, inputs: dict[str, Any], names: dict[str, str]) -> None:
        outputs = sorted(_READ - set(inputs))
        given = _written({key: value for key, value in inputs.items() if value is not None}, names)
        after = "".join(f", {other}" for other in dict.fromkeys(names.values()))
        self.lines.append(f"{variable} = make({type_!r}, {variable!r}, {outputs!r}, {given}{after})")


def _refs(value: Any) -> list[str]:
    if isinstance(value, Ref):
        return [value.need]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return list(dict.fromkeys(found for part in parts for found in _refs(part)))


def _written(value: Any, names: dict[str, str]) -> str:
    if isinstance(value, Ref):
        output = f"{names[value.need]}.{value.output}"
        return output if value.form == "{}" else f"pulumi.Output.format({value.form!r}, {output})"
    if isinstance(value, Archive):
        members = ", ".join(
            f"{key!r}: {_written(item, names)}" for key, item in (value.members or {}).items()
        )
        return f"pulumi.AssetArchive({{{members}}})"
    if isinstance(value, Asset):
        return f"pulumi.StringAsset({value.text!r})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_written(item, names)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_written(item, names) for item in value) + "]"
    return repr(value)
