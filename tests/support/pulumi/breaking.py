"""Failures in the middle of a program, each in a moment that is the same in every run.

What comes before waits for nothing, what fails waits for all of it, and what comes after waits for what
failed: so both engines have done the same when they stop. What fails at the end is exported, or the exports
of the rest would be registered before it in some runs, and in others not.
"""

from __future__ import annotations

from collections.abc import Iterable

from support.pulumi.program_text import HEAD

GUARD = """
guard = make("aws:cloudwatch/logGroup:LogGroup", "guard", "arn", name="/both/guard{}", retentionInDays=7,
             opts=pulumi.ResourceOptions(protect=True, depends_on=list(made)))
pulumi.export("guard", guard.urn)
"""
_GROUP = """
broken = make("aws:cloudwatch/logGroup:LogGroup", "broken", "arn", name="{}", retentionInDays=30,
              opts=pulumi.ResourceOptions(depends_on=list(made), {}))
fences.append(broken)
"""
_FAILING = """
def failing(args):
    raise ValueError("not today")


def failing_hook(name):
    return pulumi.ResourceHook(name, failing)

"""
#: What fails -> what stands in the middle of the program.
IN_THE_MIDDLE = {
    "AWS refuses a resource": """
broken = make("aws:lambda/alias:Alias", "broken", name="live", functionName="nobody", functionVersion="1",
              opts=pulumi.ResourceOptions(depends_on=list(made)))
fences.append(broken)
""",
    "what is imported is not there": _GROUP.format("/both/nowhere", 'import_="/both/nowhere"'),
    "a hook before a resource fails": _FAILING
    + _GROUP.format(
        "/both/broken", "hooks=pulumi.ResourceHookBinding(before_create=[failing_hook('before broken')])"
    ),
    "a hook after a resource fails": _FAILING
    + _GROUP.format(
        "/both/broken", "hooks=pulumi.ResourceHookBinding(after_create=[failing_hook('after broken')])"
    ),
    "a transform fails": _FAILING + _GROUP.format("/both/broken", "transforms=[failing]"),
    "a resource is declared twice": """
after = pulumi.ResourceOptions(depends_on=list(made))
once = make("aws:sns/topic:Topic", "once", name="both-once", opts=after)
fences.append(once)
twice = make("aws:sns/topic:Topic", "once", name="both-once")
fences.append(twice)
""",
}
AT_THE_END = {
    "the program fails": """
pulumi.export("never", pulumi.Output.all(*[each.urn for each in made]).apply(lambda _: 1 / 0))
""",
}
PROTECTED = {
    "what is protected is replaced": GUARD.format("-other"),
}
FAILURES = (*IN_THE_MIDDLE, *AT_THE_END, *PROTECTED)


def program(bodies: Iterable[str], failure: str = "") -> str:
    """The programs side by side, broken in one way."""
    listed = list(bodies)
    half = len(listed) // 2
    guard = PROTECTED.get(failure, GUARD.format(""))
    middle, end = IN_THE_MIDDLE.get(failure, ""), AT_THE_END.get(failure, "")
    return "".join((HEAD, *listed[:half], middle, *listed[half:], guard, end))


def unprotected(bodies: Iterable[str]) -> str:
    """As it is before everything is deleted."""
    return "".join((HEAD, *bodies, GUARD.format("").replace("True", "False")))
