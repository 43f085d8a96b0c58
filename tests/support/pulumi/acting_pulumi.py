"""Stands in for the Pulumi CLI and does its work: our engine deploys to where AWS_ENDPOINT_URL says.

For the pages whose commands need an account and a stack on it. It speaks what the Automation API asks (see
``fake_pulumi``) and what our pages let a person type: login, stack init, config set, config rm. The state of
all stacks is below PULUMI_HOME; what is encrypted is only encoded.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from greenshift.errors import GreenshiftError
from support.pulumi import event_log, pulumi_events

if TYPE_CHECKING:  # most commands need no engine, and are asked often
    from greenshift.engine import Engine, Event, Output, PolicyPack

FAILED = 255


def main(arguments: list[str]) -> int:
    words = [word for word in arguments if word != "--non-interactive"]
    options = _parser().parse_args(words)
    if getattr(options, "stack", "") is None:
        options.stack = _selected().read_text()
    try:
        return int(options.run(options) or 0)
    except GreenshiftError as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("pulumi")
    verbs = parser.add_subparsers(required=True)
    verbs.add_parser("version").set_defaults(run=lambda options: print("v3.207.0"))
    login = verbs.add_parser("login")
    login.add_argument("--local", action="store_true", required=True)
    login.set_defaults(run=lambda options: None)
    _add_stack(verbs.add_parser("stack").add_subparsers(required=True))
    _add_config(verbs.add_parser("config").add_subparsers(required=True))
    for verb in ("preview", "up", "destroy"):
        update = verbs.add_parser(verb)
        update.add_argument("--stack")
        update.add_argument("--event-log")
        update.add_argument("--policy-pack", action="append", default=[])
        for flag in ("--yes", "--skip-preview", "--json"):
            update.add_argument(flag, action="store_true")
        for option in ("--color", "--exec-kind", "--exec-agent", "--client"):
            update.add_argument(option)
        update.set_defaults(run=_update, verb=verb)
    return parser


def _add_stack(verbs: Any) -> None:
    for verb, run in (("init", _init), ("select", _select)):
        parser = verbs.add_parser(verb)
        parser.add_argument("name", nargs="?")
        parser.add_argument("--stack", dest="name_too")
        parser.set_defaults(run=run)
    for verb, run in (("output", _outputs), ("history", _history)):
        parser = verbs.add_parser(verb)
        parser.add_argument("--stack", required=True)
        parser.add_argument("--json", action="store_true", required=True)
        parser.add_argument("--show-secrets", action="store_true")
        parser.add_argument("--page-size")
        parser.add_argument("--page")
        parser.set_defaults(run=run)


def _add_config(verbs: Any) -> None:
    for verb, run in (("set", _set), ("rm", _remove)):
        parser = verbs.add_parser(verb)
        parser.add_argument("key")
        if verb == "set":
            parser.add_argument("value", nargs="?")
            parser.add_argument("--secret", action="store_true")
        parser.add_argument("--path", action="store_true")
        parser.add_argument("--stack")
        parser.set_defaults(run=run)


# Stacks


def _init(options: argparse.Namespace) -> int:
    file = _state(options.name)
    if file.exists():
        return _fail(f"stack '{options.name}' already exists")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    _selected().write_text(options.name)
    return 0


def _select(options: argparse.Namespace) -> int:
    name = options.name or options.name_too
    return 0 if _state(name).exists() else _fail(f"no stack named '{name}' found")


def _outputs(options: argparse.Namespace) -> None:
    outputs = _engine(options.stack, lambda event: None).outputs()
    print(json.dumps({name: _shown(output, options.show_secrets) for name, output in outputs.items()}))


def _history(options: argparse.Namespace) -> None:
    print(json.dumps([event_log.UPDATE]))


def _shown(output: Output, show_secrets: bool) -> Any:
    return "[secret]" if output.secret and not show_secrets else output.value


def _update(options: argparse.Namespace) -> int:
    from greenshift.engine import PolicyPack

    told: list[dict[str, Any]] = []
    planning = options.verb == "preview"
    packs = [PolicyPack(Path(folder), dict(os.environ)) for folder in options.policy_pack]
    engine = _engine(options.stack, lambda event: told.extend(_as_pulumi(event)), packs[0] if packs else None)
    try:
        result = getattr(engine, options.verb)()
        told.append(pulumi_events.summary(**result.changes))
        if planning:
            told.append(pulumi_events.stack_outputs(_planned(result.outputs), planning=True))
        return 0
    except GreenshiftError as error:
        told.append(pulumi_events.says("error", str(error)))
        return _fail(str(error))
    finally:
        if options.event_log:
            _send(options.event_log, [*told, {"cancelEvent": {}}])


def _send(log: str, events: list[dict[str, Any]]) -> None:
    stamped = ({"sequence": n, "timestamp": 1_800_000_000 + n, **event} for n, event in enumerate(events))
    event_log.send(log, [json.dumps(event) for event in stamped])


def _planned(outputs: Mapping[str, Output]) -> dict[str, Any]:
    return {name: output.value if output.known else pulumi_events.UNKNOWN for name, output in outputs.items()}


def _as_pulumi(event: Event) -> list[dict[str, Any]]:
    from greenshift.engine import Diagnostic, StepDone, StepPlanned, StepStarted

    match event:
        case StepPlanned(step):
            return [pulumi_events.before(step.op, step.urn, planning=True)]
        case StepStarted(step):
            return [pulumi_events.before(step.op, step.urn)]
        case StepDone(step, _):
            return [pulumi_events.after(step.op, step.urn)]
        case Diagnostic(severity, message, urn):
            return [pulumi_events.says(severity, message, urn)]
    return []


def _engine(stack: str, on_event: Any, pack: PolicyPack | None = None) -> Engine:
    from greenshift.engine import Engine, Program, StateFile, Target
    from greenshift.settings import load_project

    project = load_project(Path.cwd(), stack)
    config = _decrypted(project.config)
    if not _state(stack).exists():
        raise GreenshiftError(f"no stack named '{stack}' found")
    program = Program(project.directory, project.name, project.stack, config, project.secret_keys)
    target = Target(os.environ["AWS_ENDPOINT_URL"], config["aws:region"], "aws")
    return Engine(
        program, target, StateFile(_state(stack).with_suffix(".state")), on_event, "a passphrase", pack=pack
    )


def _state(stack: str) -> Path:
    return Path(os.environ["PULUMI_HOME"]) / Path.cwd().name / f"{stack}.stack"


def _selected() -> Path:
    """Holds the name of the stack that commands without ``--stack`` mean."""
    return _state("selected").with_suffix("")


# Configuration


def _set(options: argparse.Namespace) -> None:
    value = options.value if options.value is not None else input("value: ")
    stored: Any = {"secure": _encrypted(value)} if options.secret else value
    document = _read(options.stack)
    place = document.setdefault("config", {})
    *above, last = _keys(options)
    for key in above:
        place = place.setdefault(key, {})
    place[last] = stored
    _write(options.stack, document)


def _remove(options: argparse.Namespace) -> None:
    document = _read(options.stack)
    document.get("config", {}).pop(options.key, None)
    _write(options.stack, document)


def _keys(options: argparse.Namespace) -> list[str]:
    """``namespace:key``, and with ``--path`` what is within its value."""
    return options.key.split(".") if options.path else [options.key]


def _read(stack: str) -> dict[str, Any]:
    file = Path(f"Pulumi.{stack}.yaml")
    return (yaml.safe_load(file.read_text()) or {}) if file.exists() else {}


def _write(stack: str, document: Mapping[str, Any]) -> None:
    Path(f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(dict(document)))


_MARK = "v1:stand-in:"


def _encrypted(value: str) -> str:
    return _MARK + base64.b64encode(value.encode()).decode()


def _decrypted(config: Mapping[str, str]) -> dict[str, str]:
    return {
        key: base64.b64decode(text.removeprefix(_MARK)).decode() if text.startswith(_MARK) else text
        for key, text in config.items()
    }


def _fail(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
