"""``import``: a resource that exists, taken into the state before the program has it.

It stands below the stack and is protected, so that the next ``up`` deletes nothing: the program gets it
first.
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, replace

from greenshift.engine import urn
from greenshift.engine.program.options import Options
from greenshift.engine.properties.values import Properties, Value, plain
from greenshift.engine.provider import Provider
from greenshift.engine.state import edit
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.journal import Journal
from greenshift.engine.steps.providers import Providers
from greenshift.errors import EngineError

_TOKEN = re.compile(r"aws:[a-z0-9]+/[A-Za-z0-9]+:[A-Za-z0-9]+")


@dataclass(frozen=True)
class Imported:
    """What was taken in, and the line of a Python program that declares it."""

    urn: str
    declaration: str


def bring_in(journal: Journal, providers: Providers, root: str, type_: str, name: str, id_: str) -> Imported:
    """``root`` is ``urn:pulumi:<stack>::<project>``; refused when there is no such resource."""
    if not _TOKEN.fullmatch(type_):
        raise EngineError(f"{type_!r} is no type of a resource", hint="for example aws:sns/topic:Topic")
    stack, project = urn.stack_of(root), urn.project_of(root)
    new = urn.make(stack, project, "", type_, name)
    if new in journal.snapshot.resources:
        raise EngineError(f"{name} ({type_}) is in the state already", hint="choose another name")
    provider: Provider = providers.of("")
    observed = provider.observe(type_, id_)
    if observed is None:
        raise EngineError(f"there is no {type_} with the id {id_}", hint="often it is its name or ARN")
    state = ResourceState(
        urn=new,
        type=type_,
        custom=True,
        id=observed.id,
        inputs=observed.inputs,
        outputs=observed.outputs,
        parent=_stack(journal, stack, project),
        provider=_provider(journal, providers, stack, project, type_),
        protect=True,
        options=Options(import_id=id_),
    )
    journal.put(state)
    return Imported(new, declaration(type_, name, observed.inputs))


def _stack(journal: Journal, stack: str, project: str) -> str:
    known = edit.stack_of(journal.snapshot)
    if known is not None:
        return known.urn
    made = ResourceState(
        urn=urn.make(stack, project, "", urn.STACK_TYPE, f"{project}-{stack}"),
        type=urn.STACK_TYPE,
        custom=False,
    )
    journal.put(made)
    return made.urn


def _provider(journal: Journal, providers: Providers, stack: str, project: str, type_: str) -> str:
    package = type_.split(":", 1)[0]
    known = edit.default_provider_of(journal.snapshot, package)
    if known is None:
        inputs = providers.default_inputs(package, "")
        known = ResourceState(
            urn=urn.make(stack, project, "", f"pulumi:providers:{package}", "default"),
            type=f"pulumi:providers:{package}",
            custom=True,
            id=str(uuid.uuid4()),
            inputs=inputs,
            outputs=dict(inputs),
        )
        journal.put(replace(known))
    return f"{known.urn}::{known.id}"


def declaration(type_: str, name: str, inputs: Properties) -> str:
    """``aws.sns.Topic("t", name="t", opts=pulumi.ResourceOptions(protect=True))``"""
    _, module, class_ = type_.split(":")
    module = module.split("/")[0]
    module = f"{module}_" if module == "lambda" else module
    arguments = [json.dumps(name)]
    arguments += [f"{_snake(key)}={_python(value)}" for key, value in sorted(inputs.items())]
    arguments.append("opts=pulumi.ResourceOptions(protect=True)")
    return f"aws.{module}.{class_}({', '.join(arguments)})"


def _snake(key: str) -> str:
    return re.sub(r"(?<=[a-z0-9])[A-Z]", lambda match: f"_{match[0].lower()}", key)


def _python(value: Value) -> str:
    return repr(plain(value))
