"""What must never be deployed: rules by subject, served as a Pulumi policy pack.

In:  the resources a program registers, as Pulumi's analyzer protocol carries them (``pack``).
Out: violations, each with its resource, the reason and the fix.

A rule is a pure function of what it is shown (``resources``). The folder is the pack itself, so
``pulumi up --policy-pack`` takes it as it is, and so does Greenshift's own engine; no rule knows which of
the two is asking, and nothing here deploys anything.
"""

from greenshift.guardrails.resources import Archive, Inputs, Resource, Stack
from greenshift.guardrails.rule import ADVISORY, DISABLED, MANDATORY, Finding, Level, Rule, StackRule

__all__ = [
    "ADVISORY",
    "DISABLED",
    "MANDATORY",
    "Archive",
    "Finding",
    "Inputs",
    "Level",
    "Resource",
    "Rule",
    "Stack",
    "StackRule",
]
