"""Programs made at random, and changed at random: the same for the same seed.

Resources and components of a few kinds, with options that decide something; outputs of one are inputs of
another, some are secret, names are fixed or generated.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any

HEAD = """
import pulumi


def make(type_, resource, /, *outputs, opts=None, **inputs):
    opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(version="7.51.1"))
    return pulumi.CustomResource(type_, resource, {**dict.fromkeys(outputs), **inputs}, opts)


"""
_TOPIC = "aws:sns/topic:Topic"
_GROUP = "aws:cloudwatch/logGroup:LogGroup"


@dataclass(frozen=True)
class Declared:
    """One resource of a program; ``kind`` is topic, group, subscription or component."""

    name: str
    kind: str
    inputs: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    parent: str = ""
    needs: str = ""  # an earlier topic whose output is an input of this one
    aliases: tuple[str, ...] = ()
    secret: bool = False


class RandomProgram:
    """The program of a seed; ``change`` makes it the next one."""

    def __init__(self, seed: int, size: int = 7) -> None:
        self._random = random.Random(seed)
        self._number = 0
        self._declared: list[Declared] = []
        for _ in range(size):
            self._add()

    def text(self) -> str:
        lines = [_line(each) for each in self._declared]
        topics = [each.name for each in self._declared if each.kind == "topic"]
        lines += [f'pulumi.export("out_{name}", {name}.displayName)' for name in topics[:2]]
        return HEAD + "\n".join(lines) + "\n"

    def change(self) -> str:
        """Two changes; what each was."""
        acts = [
            *(self._set_input, self._set_tags, self._remove, self._add, self._rename_physical),
            *(self._rename_with_alias, self._set_option, self._drop_options),
        ]
        return ", ".join(self._random.choice(acts)() for _ in range(2))

    def _add(self) -> str:
        self._number += 1
        name = f"r{self._number}"
        topics = [each.name for each in self._declared if each.kind == "topic"]
        kinds = ["topic", "topic", "group", "component", *(["subscription"] * bool(topics))]
        kind = self._random.choice(kinds)
        parents = [each.name for each in self._declared if each.kind == "component"]
        parent = self._random.choice(parents) if parents and self._random.random() < 0.5 else ""
        needs = self._random.choice(topics) if topics and kind in ("topic", "subscription") else ""
        if kind == "topic" and self._random.random() < 0.5:
            needs = ""
        self._declared.append(
            Declared(name, kind, self._inputs(name, kind), {}, parent, needs, (), self._random.random() < 0.2)
        )
        if kind not in ("component",) and self._random.random() < 0.6:
            self._give_option(len(self._declared) - 1)
        return f"added {name}"

    def _inputs(self, name: str, kind: str) -> dict[str, Any]:
        if kind == "topic":
            fixed = {"name": f"both-{name}"} if self._random.random() < 0.5 else {}
            return {"displayName": f"of {name}", "tags": {"a": "1", "b": "1"}, **fixed}
        if kind == "group":
            return {"name": f"/both/{name}", "retentionInDays": 7, "tags": {"a": "1"}}
        if kind == "subscription":
            return {"protocol": "sqs", "endpoint": f"arn:aws:sqs:eu-north-1:123456789012:{name}"}
        return {}

    def _pick(self, *kinds: str) -> int | None:
        found = [index for index, each in enumerate(self._declared) if each.kind in kinds]
        return self._random.choice(found) if found else None

    def _put(self, index: int, **inputs: Any) -> str:
        each = self._declared[index]
        self._declared[index] = replace(each, inputs={**each.inputs, **inputs})
        return f"{each.name}: {inputs}"

    def _set_input(self) -> str:
        index = self._pick("topic", "group")
        if index is None:
            return self._add()
        number = self._random.choice([1, 3, 5, 14, 30])
        if self._declared[index].kind == "group":
            return self._put(index, retentionInDays=number)
        return self._put(index, displayName=f"number {number}")

    def _set_tags(self) -> str:
        index = self._pick("topic", "group")
        if index is None:
            return self._add()
        keys = self._random.sample(["a", "b", "c.d"], self._random.randint(1, 3))
        return self._put(index, tags={key: self._random.choice("123") for key in sorted(keys)})

    def _rename_physical(self) -> str:
        index = self._pick("topic")
        if index is None:
            return self._add()
        return self._put(index, name=f"both-{self._declared[index].name}-{self._random.randint(2, 9)}")

    def _remove(self) -> str:
        leaves = [each for each in self._declared if not self._is_used(each.name)]
        if len(self._declared) < 4 or not leaves:
            return self._add()
        gone = self._random.choice(leaves)
        self._declared.remove(gone)
        return f"removed {gone.name}"

    def _is_used(self, name: str) -> bool:
        return any(
            name in (each.needs, each.parent, *each.options.get("with", ())) for each in self._declared
        )

    def _rename_with_alias(self) -> str:
        index = self._pick("topic", "group", "component")
        if index is None:
            return self._add()
        each = self._declared[index]
        self._number += 1
        renamed = f"r{self._number}"
        self._declared[index] = replace(each, name=renamed, aliases=(each.name,))
        self._declared = [
            replace(
                other,
                parent=renamed if other.parent == each.name else other.parent,
                needs=renamed if other.needs == each.name else other.needs,
                options=_renamed(other.options, each.name, renamed),
            )
            for other in self._declared
        ]
        return f"{each.name} is now {renamed}"

    def _set_option(self) -> str:
        index = self._pick("topic", "group", "subscription")
        return self._give_option(index) if index is not None else self._add()

    def _drop_options(self) -> str:
        index = self._pick("topic", "group", "subscription")
        if index is None:
            return self._add()
        each = self._declared[index]
        self._declared[index] = replace(each, options={}, aliases=())
        return f"{each.name}: no options"

    def _give_option(self, index: int) -> str:
        each = self._declared[index]
        earlier = [other.name for other in self._declared[:index] if other.kind == "topic"]
        option: dict[str, Any] = self._random.choice(
            [
                {"ignore_changes": ["tags.a"]},
                {"ignore_changes": ["displayName"]},
                {"replace_on_changes": ["tags.a"]},
                {"replace_on_changes": ["tags"]},
                {"delete_before_replace": True},
                {"additional_secret_outputs": ["arn"]},
                {"retain_on_delete": False},
                {"replacement_trigger": self._random.choice("123")},
                *([{"depends_on": "@", "with": (self._random.choice(earlier),)}] if earlier else []),
                *([{"replace_with": "@", "with": (self._random.choice(earlier),)}] if earlier else []),
            ]
        )
        self._declared[index] = replace(each, options=option)
        return f"{each.name}: {option}"


def _renamed(options: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    if "with" not in options:
        return options
    return {**options, "with": tuple(new if name == old else name for name in options["with"])}


def _line(each: Declared) -> str:
    options = {key: value for key, value in each.options.items() if key != "with"}
    given = [
        f"{key}=[{', '.join(each.options['with'])}]" if value == "@" else f"{key}={value!r}"
        for key, value in options.items()
    ]
    given += [f"parent={each.parent}"] if each.parent else []
    given += [f"aliases=[{', '.join(f'pulumi.Alias(name={name!r})' for name in each.aliases)}]"]
    opts = f"opts=pulumi.ResourceOptions({', '.join(given)})"
    if each.kind == "component":
        return f'{each.name} = pulumi.ComponentResource("x:y:C", "{each.name}", {opts})'
    inputs = dict(each.inputs)
    texts = [f"{key}={value!r}" for key, value in inputs.items() if key != "displayName"]
    if each.kind == "subscription":
        texts.append(f"topic={each.needs}.arn")
    elif "displayName" in inputs:
        shown = f"{each.needs}.displayName" if each.needs else repr(inputs["displayName"])
        texts.append(f"displayName={f'pulumi.Output.secret({shown})' if each.secret else shown}")
    type_ = {"topic": _TOPIC, "group": _GROUP}.get(each.kind, "aws:sns/topicSubscription:TopicSubscription")
    outputs = '"arn", "displayName"' if each.kind == "topic" else '"arn"'
    return f'{each.name} = make("{type_}", "{each.name}", {outputs}, {", ".join(texts)}, {opts})'
