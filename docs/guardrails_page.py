"""The page of the guardrails, written from the rules."""

from __future__ import annotations

from greenshift.guardrails.managed_policies import managed_policies
from greenshift.guardrails.registry import our_own
from greenshift.guardrails.rule import ADVISORY, MANDATORY, AnyRule, Rule

_HEAD = """\
# Guardrails

{notice}

A guardrail is a rule on what a Pulumi program may deploy. Together they are a Pulumi policy pack. With
`greenshift preview` and `greenshift up` it always runs, **before anything is created**: mandatory rules
refuse the program in one report that lists every violation with its resource, the reason and the fix;
advisory ones are warnings. Greenshift's own components keep every rule.

`greenshift guardrails` judges any Pulumi program in Python, also one that has nothing of Greenshift's (as
`preview` and `check` do); nothing is created. `--sarif FILE` writes what it found for a code host, each fault
where its resource's name stands in the program. `greenshift guardrails explain RULE` tells what a rule is
about and how to set its level.

With the Pulumi CLI, on any program in Python:

```sh aws
pulumi up --policy-pack "$(python -m greenshift.guardrails.location)"
```

## How hard a rule is

In `Pulumi.yaml`, or in a stack's file without the line `value:`; read by the pack itself, so it counts for
both ways of running it:

```yaml
config:
  greenshift:guardrails:
    value:
      bucket-name: advisory         # advisory | mandatory | disabled
      github-oauth-source: disabled
```

The CLI's own `--policy-pack-config` file works too, and wins.

## A rule of your own

One file in the folder `guardrails/` of your project, which holds its rule as `RULE`:

```python
from greenshift.guardrails import MANDATORY, Rule

def check(table):
    if not table.inputs.flag("deletionProtectionEnabled"):
        yield "anyone with a console can delete it"

RULE = Rule(name="table-protection", why="Tables hold what we cannot lose.",
            fix="set deletion_protection_enabled=True", level=MANDATORY,
            types=("aws:dynamodb/table:Table",), check=check)
```

`types` are Pulumi's type tokens. `table.inputs` reads inputs by their camelCase names: `text`, `flag`,
`number`, `texts`, `item`, `items`, `keys`, `has`; what is not known yet reads as absent (`is_unknown`).
For a rule on several resources together use `StackRule`: its check gets a stack (`stack.of(type)`,
`stack.target(resource, "roleArn", type, "name")`) and yields `Finding(resource, reason)`. Greenshift finds
the folder by itself; for the Pulumi CLI set `GREENSHIFT_GUARDRAILS=$PWD/guardrails`.

## What the rules cannot see

- With `greenshift up`, `preview` and `guardrails` on the stack `local`, ids and ARNs that follow from names
  are judged before anything is created. A value that AWS makes up is judged right before its resource is.
- On AWS the Pulumi CLI asks the pack, and there each value that is not an input is judged that late.
- Pulumi shows a pack all secrets in the clear, so no rule can tell a secret from plain text; messages never
  repeat a value that may be one.
- Which function a deployment group deploys stands in no resource: groups are matched with aliases by what
  they depend on.
- Code is looked into when it is an archive in the program, not when it lies in S3.
- What is written in the program is looked for in its own files, in quotes: a text that is put together from
  parts is not found.
"""


def guardrails_page(notice: str) -> str:
    listed = sorted(our_own(), key=lambda rule: rule.name)
    as_of = managed_policies().as_of
    return "\n".join(
        [
            _HEAD.replace("{notice}", notice),
            "## The rules\n",
            "| rule | level | looks at |",
            "| --- | --- | --- |",
            *(f"| [{rule.name}](#{rule.name}) | {rule.level} | {_subject(rule)} |" for rule in listed),
            "",
            f"AWS's managed policies are known as of {as_of}.",
            "",
            *(_section(rule) for rule in listed),
        ]
    )


def _subject(rule: AnyRule) -> str:
    """``aws:s3/bucket:Bucket`` -> s3.Bucket"""
    if not isinstance(rule, Rule):
        return "the whole program"
    names = {f"{type_.split(':')[1].split('/')[0]}.{type_.rsplit(':', 1)[-1]}" for type_ in rule.types}
    return ", ".join(sorted(names))


def _section(rule: AnyRule) -> str:
    consequence = {MANDATORY: "refuses the program", ADVISORY: "warns"}.get(rule.level, "is off")
    return f"### {rule.name}\n\n{rule.why}\n\n- **By default** it {consequence}.\n- **Fix:** {rule.fix}.\n"
