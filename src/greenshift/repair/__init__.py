"""Fixes what ``greenshift doctor`` finds: what will be done is a value before anything is done.

    StackFacts + findings -> plan (pure) -> steps -> runner -> outcomes
    fix: look, plan, agree, run, and look again

In: a stack's outputs and boto3 clients, on whatever endpoint. Every step is conditional on the world being
as it was when the step was planned, and may be done twice; so a repair that was interrupted is run again.
It refuses to decide what is wrong (that is ``checks``) and to speak to a person (that is ``cli``).
"""

from greenshift.repair.fix import Fixed, fix, propose
from greenshift.repair.outcome import Outcome
from greenshift.repair.plan import Plan, plan
from greenshift.repair.rules import RULES
from greenshift.repair.steps import Later, Refused, Step
from greenshift.repair.waiting import Patience

__all__ = [
    "RULES",
    "Fixed",
    "Later",
    "Outcome",
    "Patience",
    "Plan",
    "Refused",
    "Step",
    "fix",
    "plan",
    "propose",
]
