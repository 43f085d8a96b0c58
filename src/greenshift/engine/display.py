"""Events as text: pure functions, one line (or none) per event, for any terminal."""

from __future__ import annotations

from collections.abc import Mapping

from greenshift.engine.events import (
    Diagnostic,
    Event,
    OutputsChanged,
    PropertyChange,
    Step,
    StepDone,
    StepFailed,
    StepPlanned,
    StepStarted,
)

SIGNS = {
    "create": "+",
    "update": "~",
    "replace": "+-",
    "delete": "-",
    "same": " ",
    "read": ">",
    "discard": "<",
    "import": "=",
}
DONE = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
    "read": "read",
    "discard": "discarded",
    "import": "imported",
}
_DOING = {
    "create": "creating",
    "update": "updating",
    "replace": "replacing",
    "delete": "deleting",
    "read": "reading",
    "discard": "discarding",
    "import": "importing",
}
_MOST_CHANGES = 12  # properties shown below one line of a plan


def plan_line(event: Event) -> str:
    """A line of a preview; empty when there is nothing to say. Changed properties follow, indented."""
    if not isinstance(event, StepPlanned):
        return progress_line(event)
    if event.step.op == "same":
        return ""
    return "\n".join([_head(event.step), *_properties(event.step)])


def progress_line(event: Event) -> str:
    """A line of an up or destroy; empty when there is nothing to say."""
    match event:
        case StepPlanned(step) if step.op != "same":
            return _head(step)
        case StepStarted(step) if step.op != "same":
            return f"{_head(step)}  {_DOING[step.op]}"
        case StepDone(step, seconds) if step.op != "same":
            return f"{_head(step)}  {DONE[step.op]} ({seconds:.1f} s)"
        case StepFailed(step, message):
            return f"{_head(step)}  failed: {message}"
        case Diagnostic(severity, message):
            return message if severity == "info" else f"{severity}: {message}"
        case OutputsChanged(names):
            return f"outputs changed: {', '.join(names)}"
    return ""


def summary(changes: Mapping[str, int], *, planned: bool) -> str:
    """``+ 3 to create, ~ 1 to update, +- 1 to replace, - 2 to delete, 40 unchanged``"""
    parts = [
        f"{SIGNS[op]} {changes[op]} {f'to {op}' if planned else DONE[op]}"
        for op in ("create", "import", "read", "update", "replace", "delete", "discard")
        if changes.get(op)
    ]
    unchanged = [f"{changes['same']} unchanged"] if changes.get("same") else []
    return ", ".join(parts + unchanged) or "nothing to do"


def printed(type_: str) -> str:
    """``aws:s3:Bucket`` for ``aws:s3/bucket:Bucket``: the token as the Pulumi CLI prints it, without the file
    of the module where that is the type's own name."""
    parts = type_.split(":")
    if len(parts) != 3 or "/" not in parts[1] or not parts[2]:
        return type_
    package, module, name = parts
    rest, _, file = module.rpartition("/")
    return f"{package}:{rest}:{name}" if file == name[0].lower() + name[1:] else type_


def _head(step: Step) -> str:
    note = "  (a stand-in)" if step.is_stand_in else ""
    return f"{SIGNS[step.op]:<2} {printed(step.type):<44} {step.name}{note}"


def _properties(step: Step) -> list[str]:
    if step.op not in ("update", "replace"):
        return []
    lines = [f"     {_change(change)}" for change in step.changes[:_MOST_CHANGES]]
    more = len(step.changes) - _MOST_CHANGES
    return [*lines, f"     … and {more} more"] if more > 0 else lines


def _change(change: PropertyChange) -> str:
    mark = "  (forces replacement)" if change.replaces else ""
    match change.kind:
        case "add":
            return f"+ {change.path}: {change.after}{mark}"
        case "remove":
            return f"- {change.path}: {change.before}{mark}"
    return f"~ {change.path}: {change.before} => {change.after}{mark}"
