"""`reference/engine.md`: every type, property and data source of the local stack's engine."""

from __future__ import annotations

import json
from collections.abc import Iterator

from greenshift.engine.aws.entry import Entry
from greenshift.engine.aws.invokes import TOKENS
from greenshift.engine.aws.table import TABLE
from greenshift.engine.local.provider import INVOKES, KINDS

_INTRODUCTION = """\
# What programs may use on the local stack

{notice}

The engine makes {types} resource types of `pulumi_aws` on the twin, answers {functions} of its data
sources, and has {local} types of other packages that need no cloud. Anything else becomes a stand-in: see
[engine.md](../engine.md#stand-ins-what-the-twin-does-not-have).

Of each type: its properties, what one is when a program leaves it out (where that is not nothing), and
whether a change of it makes a new resource (**new**). Every resource has the provider's `region`; `tagsAll`
is an output of what has `tags`. `pulumi.ResourceOptions(import_=...)`, `Resource.get` and `greenshift import`
look at each by the id that the AWS provider has for it, which is how `greenshift refresh` sees a change. Of
an `aws.lambda.Invocation` the function and the qualifier are all that can be seen: name `input` in
`ignore_changes`, or the import is refused; the next change of it calls the function."""


def engine_page(notice: str) -> str:
    lines = [
        _INTRODUCTION.format(
            notice=notice, types=len(TABLE), functions=len(TOKENS), local=len(KINDS) + len(INVOKES)
        ),
        "",
        *_index(),
    ]
    for service in sorted({_service(token) for token in TABLE}):
        lines += ["", f"## {service}"]
        for token in sorted(token for token in TABLE if _service(token) == service):
            lines += ["", *_type(TABLE[token])]
    lines += ["", "## Data sources", ""]
    lines += [f"- `{_written(token)}`" for token in sorted(TOKENS)]
    lines += ["", "## Without a cloud", "", *_local()]
    return "\n".join(lines) + "\n"


def _service(token: str) -> str:
    return token.split(":")[1].partition("/")[0]


def _written(token: str) -> str:
    """``aws:sqs/getQueue:getQueue`` -> ``aws.sqs.getQueue``, as every SDK has it but for its own case."""
    package, path, name = token.split(":")
    folder = path.partition("/")[0]
    return f"{package}.{name}" if folder == "index" else f"{package}.{folder}.{name}"


def _index() -> Iterator[str]:
    yield "| service | types |"
    yield "| --- | --- |"
    for service in sorted({_service(token) for token in TABLE}):
        names = sorted(token.rpartition(":")[2] for token in TABLE if _service(token) == service)
        yield f"| [{service}](#{service}) | {', '.join(f'`{name}`' for name in names)} |"


def _type(entry: Entry) -> Iterator[str]:
    yield f"### {_written(entry.token)}"
    yield ""
    yield f"`{entry.token}`"
    yield ""
    yield "| property | left out | a change |"
    yield "| --- | --- | --- |"
    replacing = entry.replace | ({entry.name} if entry.name else frozenset())
    for key in sorted(entry.properties):
        default = f"`{json.dumps(entry.defaults[key])}`" if key in entry.defaults else ""
        usual = "a generated name" if key == entry.name else default
        yield f"| `{key}` | {usual} | {_change(entry, key) if key in replacing else 'in place'} |"


def _change(entry: Entry, key: str) -> str:
    if key not in entry.in_place_when:
        return "**new**"
    other, value = entry.in_place_when[key]
    return f"**new**; in place where `{other}` is `{json.dumps(value)}`"


def _local() -> Iterator[str]:
    yield "| type | properties | a change |"
    yield "| --- | --- | --- |"
    for token, kind in sorted(KINDS.items()):
        names = ", ".join(f"`{key}`" for key in sorted(kind.replace | kind.update))
        change = "in place" if kind.update else "**new**"
        yield f"| `{token}` | {names} | {change} |"
    yield ""
    yield from (f"- `{_written(token)}`" for token in sorted(INVOKES))
