"""A random program as text: what every one begins with, and the line of each resource."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: ``other`` is a second region, ``notes`` the file in which hooks write down what they are told.
#: Whatever comes after a fence waits for it, so that a failure there always comes in the same moment.
HEAD = """
import json
import pulumi

region = pulumi.Config("aws").require("region")
other = pulumi.Config("both").require("other")
notes = pulumi.Config("both").require("notes")
made, fences = [], []


def make(type_, resource, /, *outputs, opts=None, **inputs):
    fixed = pulumi.ResourceOptions(version="7.51.1", depends_on=fences)
    resource = pulumi.CustomResource(
        type_, resource, {**dict.fromkeys(outputs), **inputs}, pulumi.ResourceOptions.merge(opts, fixed))
    made.append(resource)
    return resource


def group(name, opts):
    opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=fences))
    return pulumi.ComponentResource("x:y:C", name, opts=opts)


def account(name, opts, **inputs):
    return pulumi.ProviderResource("aws", name, inputs, pulumi.ResourceOptions.merge(
        opts, pulumi.ResourceOptions(version="7.51.1", depends_on=fences)))


def tagging(args):
    if "tags" in args.props:
        return pulumi.ResourceTransformResult({**args.props, "tags": {"z": "by a transform"}}, args.opts)


def ignoring(args):
    more = pulumi.ResourceOptions(ignore_changes=["tags.a"])
    return pulumi.ResourceTransformResult(args.props, pulumi.ResourceOptions.merge(args.opts, more))


def old_tagging(args):
    if "tags" in args.props:
        tags = {**args.props["tags"], "z": "by a transformation"}
        return pulumi.ResourceTransformationResult({**args.props, "tags": tags}, args.opts)


def only(prefix, transform):
    return lambda args: transform(args) if args.name.startswith(prefix) else None


def plain(value):
    return json.loads(json.dumps(value, default=lambda each: type(each).__name__))


def noted(name, on_dry_run=False):
    def note(args):
        told = [name, args.urn, bool(args.id), args.new_inputs, args.old_inputs]
        told += [args.new_outputs, args.old_outputs]
        with open(notes, "a") as file:
            file.write(json.dumps(plain(told), sort_keys=True) + "\\n")
    return pulumi.ResourceHook(name, note, opts=pulumi.ResourceHookOptions(on_dry_run=on_dry_run))


def hooks(name, on_dry_run):
    before, after = noted(f"before {name}", on_dry_run), noted(f"after {name}", on_dry_run)
    return pulumi.ResourceHookBinding(
        before_create=[before], after_create=[after], before_update=[before], after_update=[after],
        before_delete=[before], after_delete=[after])


"""
_TYPES = {
    "topic": "aws:sns/topic:Topic",
    "group": "aws:cloudwatch/logGroup:LogGroup",
    "subscription": "aws:sns/topicSubscription:TopicSubscription",
}


class Code(str):
    """Python that stands in the program as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Declared:
    """One resource of a program; ``kind`` is topic, group, subscription, component, provider or read."""

    name: str
    kind: str
    inputs: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    parent: str = ""
    needs: str = ""  # an earlier topic whose output is an input of this one
    provider: str = ""
    aliases: tuple[str, ...] = ()
    secret: bool = False

    def uses(self, name: str) -> bool:
        return name in (self.needs, self.parent, self.provider, *self.options.get("with", ()))


def line(each: Declared) -> str:
    opts = f"pulumi.ResourceOptions({', '.join(_options(each))})"
    if each.kind == "component":
        return f'{each.name} = group("{each.name}", {opts})'
    texts = [f"{key}={value!r}" for key, value in each.inputs.items() if key != "displayName"]
    if each.kind == "provider":
        return f'{each.name} = account("{each.name}", {opts}, {", ".join(texts)})'
    if each.kind == "read":
        return f'{each.name} = make("{_TYPES["group"]}", "{each.name}", "arn", opts={opts})'
    if each.kind == "subscription":
        texts.append(f"topic={each.needs}.arn")
    elif "displayName" in each.inputs:
        shown = f"{each.needs}.displayName" if each.needs else repr(each.inputs["displayName"])
        texts.append(f"displayName={f'pulumi.Output.secret({shown})' if each.secret else shown}")
    outputs = '"arn", "displayName"' if each.kind == "topic" else '"arn"'
    values = ", ".join((outputs, *texts, f"opts={opts}"))
    return f'{each.name} = make("{_TYPES[each.kind]}", "{each.name}", {values})'


def _options(each: Declared) -> list[str]:
    given = [
        f"{key}=[{', '.join(each.options['with'])}]" if value == "@" else f"{key}={value!r}"
        for key, value in each.options.items()
        if key != "with"
    ]
    if each.provider:
        takes = f"providers=[{each.provider}]" if each.kind == "component" else f"provider={each.provider}"
        given.append(takes)
    given += [f"parent={each.parent}"] if each.parent else []
    return [*given, f"aliases=[{', '.join(f'pulumi.Alias(name={name!r})' for name in each.aliases)}]"]
