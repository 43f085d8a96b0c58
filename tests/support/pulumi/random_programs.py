"""Programs made at random, and changed at random: the same for the same seed.

Resources, components and providers of a few kinds, with every option; outputs of one are inputs of another,
some are secret, names are fixed or generated, some exist before and are adopted or only read.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from support.pulumi.program_text import HEAD, Code, Declared, line

_REGIONS = (Code("region"), Code("region"), Code("other"))


class RandomProgram:
    """The program of a seed; ``change`` makes it the next one."""

    def __init__(self, seed: int, size: int = 7, prefix: str = "") -> None:
        """``prefix`` goes before all names, so that several stand side by side in one program."""
        self._random = random.Random(seed)
        self._prefix = prefix
        self._number = 0
        self._declared: list[Declared] = []
        self._transforms = ""
        self._hooks: list[str] = []  # of all steps: what is deleted later still calls them
        self._fresh: set[str] = set()  # what is adopted or renamed in this step, and needs that option
        self.existing: list[str] = []  # log groups that are to be there, in every region, before it runs
        for _ in range(size):
            self._add()

    def text(self) -> str:
        return HEAD + self.body()

    def body(self) -> str:
        """The program without what every one begins with."""
        topics = [each.name for each in self._declared if each.kind == "topic"]
        lines = [*self._hooks, self._transforms, *(line(each) for each in self._declared)]
        lines += [f'pulumi.export("out_{name}", {name}.displayName)' for name in topics[:2]]
        return "\n".join(lines) + "\n"

    def change(self) -> str:
        """Two changes; what each was."""
        acts = [
            *(self._set_input, self._set_tags, self._remove, self._add, self._rename_physical),
            *(self._rename_with_alias, self._set_option, self._drop_options),
            *(self._set_provider, self._change_provider, self._transform_all),
        ]
        self._fresh.clear()
        return ", ".join(self._random.choice(acts)() for _ in range(2))

    def let_go(self) -> None:
        """Nothing is kept or called by a `destroy` that follows."""
        self._transforms = ""
        self._declared = [
            each if each.kind == "read" else replace(each, options={}) for each in self._declared
        ]

    def _name(self) -> str:
        self._number += 1
        return f"{self._prefix}r{self._number}"

    def _add(self) -> str:
        name = self._name()
        topics = [each.name for each in self._declared if each.kind == "topic"]
        kinds = ["topic"] * 4 + ["group"] * 2 + ["component"] * 2 + ["provider", "read"]
        kinds += ["adopted"] if not self._transforms else []
        kinds += ["subscription"] * 2 if topics and not self._is_far() else []
        kind = self._random.choice(kinds)
        needs = self._random.choice(topics) if topics and kind in ("topic", "subscription") else ""
        if kind == "topic" and self._random.random() < 0.5:
            needs = ""
        is_secret = self._random.random() < 0.2
        made = Declared(name, kind, self._inputs(name, kind), {}, needs=needs, secret=is_secret)
        if kind not in ("provider", "adopted"):
            made = replace(made, parent=self._one_of("component"))
        if kind in ("adopted", "read"):
            made = self._existing(made)
        self._declared.append(made)
        if kind in ("topic", "group", "subscription") and self._random.random() < 0.6:
            self._give_option(len(self._declared) - 1)
        return f"added {name}, {kind}"

    def _existing(self, made: Declared) -> Declared:
        """A log group that somebody else made: from now on the program's, or only looked at."""
        there = f"/both/{made.name}"
        self.existing.append(there)
        if made.kind == "read":
            return replace(made, options={"id": there})
        self._fresh.add(made.name)
        return replace(
            made, kind="group", inputs=self._inputs(made.name, "group"), options={"import_": there}
        )

    def _is_far(self) -> bool:
        """Whether a provider may be of another region, in which a topic has no subscription of this one."""
        return any(each.inputs.get("region") == "other" for each in self._declared)

    def _one_of(self, kind: str) -> str:
        """One that is there, or often none."""
        found = [each.name for each in self._declared if each.kind == kind]
        return self._random.choice(found) if found and self._random.random() < 0.5 else ""

    def _inputs(self, name: str, kind: str) -> dict[str, Any]:
        if kind == "topic":
            fixed = {"name": f"both-{name}"} if self._random.random() < 0.5 else {}
            return {"displayName": f"of {name}", "tags": {"a": "1", "b": "1"}, **fixed}
        if kind == "group":
            return {"name": f"/both/{name}", "retentionInDays": 7, "tags": {"a": "1"}}
        if kind == "subscription":
            return {"protocol": "sqs", "endpoint": f"arn:aws:sqs:eu-north-1:123456789012:{name}"}
        return {"region": Code("region")} if kind == "provider" else {}

    def _pick(self, *kinds: str) -> int | None:
        declared = enumerate(self._declared)
        found = [at for at, each in declared if each.kind in kinds and each.name not in self._fresh]
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
        if index is None or self._is_held(self._declared[index]):
            return self._set_tags()
        if "deleted_with" in self._declared[index].options:  # it would stay, and have its name for ever
            return self._set_tags()
        if self._declared[index].options.keys() & _REPLACING:
            self._make_room(index)
        return self._put(index, name=f"both-{self._declared[index].name}-{self._random.randint(2, 9)}")

    @staticmethod
    def _is_held(each: Declared) -> bool:
        """What is kept when it goes has its name for ever; what is protected cannot be replaced."""
        return bool(each.options.get("protect") or each.options.get("retain_on_delete"))

    def _remove(self) -> str:
        leaves = [
            each
            for each in self._declared
            if not each.options.get("protect") and not any(other.uses(each.name) for other in self._declared)
        ]
        if len(self._declared) < 4 or not leaves:
            return self._add()
        gone = self._random.choice(leaves)
        self._declared.remove(gone)
        return f"removed {gone.name}"

    def _rename_with_alias(self) -> str:
        index = self._pick("topic", "group", "component", "provider")
        if index is None:
            return self._add()
        each = self._declared[index]
        renamed = self._name()
        self._fresh.add(renamed)
        self._declared[index] = replace(each, name=renamed, aliases=(each.name,))
        self._declared = [
            replace(
                other,
                parent=renamed if other.parent == each.name else other.parent,
                needs=renamed if other.needs == each.name else other.needs,
                provider=renamed if other.provider == each.name else other.provider,
                options=_renamed(other.options, each.name, renamed),
            )
            for other in self._declared
        ]
        return f"{each.name} is now {renamed}"

    def _set_option(self) -> str:
        index = self._pick("topic", "group", "subscription", "component")
        return self._give_option(index) if index is not None else self._add()

    def _drop_options(self) -> str:
        index = self._pick("topic", "group", "subscription", "component")
        if index is None:
            return self._add()
        each = self._declared[index]
        self._declared[index] = replace(each, options={}, aliases=())
        return f"{each.name}: no options"

    def _set_provider(self) -> str:
        index = self._pick("topic")
        if index is None or self._is_held(self._declared[index]):
            return self._add()
        earlier = [each.name for each in self._declared[:index] if each.kind == "provider"]
        provider = self._random.choice([*earlier, ""])
        self._declared[index] = replace(self._declared[index], provider=provider, options={})
        self._make_room(index)
        return f"{self._declared[index].name}: with provider {provider or 'none'}"

    def _change_provider(self) -> str:
        index = self._pick("provider")
        if index is None:
            return self._add()
        subscribed = any(each.kind == "subscription" for each in self._declared)
        if self._random.random() < 0.3 and not subscribed:
            return self._put(index, region=self._random.choice(_REGIONS))
        tags = {key: self._random.choice("123") for key in self._random.sample("abc", 2)}
        return self._put(index, defaultTags=Code(f"json.dumps({{'tags': {tags}}})"))

    def _transform_all(self) -> str:
        """A transform of the whole stack, which leaves other programs alone."""
        triggered = any("replacement_trigger" in each.options for each in self._declared)
        can = not self._fresh and not triggered  # the SDK for Python fails on a transform of a trigger
        transform = self._random.choice(["tagging", "ignoring", ""]) if can else ""
        before = f'pulumi.runtime.register_resource_transform(only("{self._prefix}r", {transform}))'
        self._transforms = before if transform else ""
        return f"the stack has {transform or 'no transform'}"

    def _give_option(self, index: int) -> str:
        each = self._declared[index]
        option: dict[str, Any] = self._random.choice(self._choices(index, each))
        if "hooks" in option:
            option = {"hooks": self._new_hooks()}
        if each.kind == "component":
            option = self._random.choice([item for item in _CHANGING if "ignore" not in str(item)])
        self._declared[index] = replace(each, options=option)
        if option.keys() & _REPLACING:
            self._make_room(index)
        return f"{each.name}: {option}"

    def _make_room(self, index: int) -> None:
        """Two resources with one name cannot be: the old one goes first."""
        each = self._declared[index]
        if "name" in each.inputs or each.kind == "subscription":
            self._declared[index] = replace(each, options={**each.options, "delete_before_replace": True})

    def _new_hooks(self) -> Code:
        name = f"{self._prefix}h{len(self._hooks)}"
        self._hooks.append(f'{name} = hooks("{name}", {self._random.random() < 0.5})')
        return Code(name)

    def _choices(self, index: int, each: Declared) -> list[dict[str, Any]]:
        earlier = [other.name for other in self._declared[:index] if other.kind == "topic"]
        one = self._random.choice(earlier) if earlier else ""
        return [
            *({"ignore_changes": ["tags.a"]}, {"ignore_changes": ["displayName"]}),
            *({"replace_on_changes": ["tags.a"]}, {"replace_on_changes": ["tags"]}),
            {"delete_before_replace": True},
            {"additional_secret_outputs": ["arn"]},
            {"hide_diffs": ["tags"]},
            {"custom_timeouts": Code('pulumi.CustomTimeouts(create="5m", delete="1h")')},
            *(
                []
                if each.parent or self._transforms
                else [{"replacement_trigger": self._random.choice("123")}]
            ),
            {"hooks": True},
            *_CHANGING,
            *([{"protect": True}] if each.kind == "group" and not each.parent else []),
            *([{"retain_on_delete": True}] if each.kind == "topic" and "name" not in each.inputs else []),
            *([{"depends_on": "@", "with": (one,)}] if one else []),
            *([{"deleted_with": Code(one), "with": (one,)}] if one and "name" not in each.inputs else []),
            *([{"replace_with": "@", "with": (one,)}] if one else []),
        ]


#: With these, something is replaced that did not change itself, and would keep its name.
_REPLACING = {"replacement_trigger", "replace_with"}
_CHANGING: tuple[dict[str, Any], ...] = (
    {"transforms": Code("[tagging]")},
    {"transforms": Code("[ignoring, tagging]")},
    {"transformations": Code("[old_tagging]")},
)


def _renamed(options: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    if "with" not in options:
        return options
    found = {**options, "with": tuple(new if name == old else name for name in options["with"])}
    return {**found, "deleted_with": Code(new)} if options.get("deleted_with") == old else found
