"""A stack's outputs: for a script each as it is, for a person those they exported themselves. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from greenshift.cli.words.next_steps import is_console
from greenshift.engine import Output
from greenshift.view.outputs import EXPORTED

ALL_OF_THEM = "greenshift preview --json"


def told(outputs: Mapping[str, Output], *, is_local: bool, is_brief: bool) -> Iterator[str]:
    """A text for each. AWS's console shows nothing of a twin: its address is not told of one.

    ``is_brief``: those by whose names commands find the pipeline are only counted.
    """
    ours = EXPORTED if is_brief and outputs.keys() >= EXPORTED else frozenset()
    consoles = {name for name, each in outputs.items() if is_local and is_console(each.value)}
    left_out = ours | consoles
    for name, output in sorted(outputs.items()):
        if name not in left_out:
            yield f"{name}: {_text(output)}"
    if ours:
        yield f"{len(left_out)} outputs name the pipeline and its functions; see them with: {ALL_OF_THEM}"


def _text(output: Output) -> str:
    if not output.known:
        return "(known after up)"
    return "[secret]" if output.secret else yaml_text(output.value)


def yaml_text(value: object) -> str:
    """A value on as few lines as it needs; structured ones indented below their name."""
    if not isinstance(value, Mapping):
        return str(value)
    return "".join(f"\n  {key}: {_flat(item)}" for key, item in sorted(value.items()))


def _flat(item: object) -> str:
    return ", ".join(f"{k} {v}" for k, v in item.items()) if isinstance(item, Mapping) else str(item)
