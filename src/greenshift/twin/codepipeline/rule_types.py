"""The rules the twin can check in a condition, and their configuration keys (user guide: "Rule structure
reference"). Adding one is an entry here and one in ``rules.RULES``.
"""

from __future__ import annotations

from collections.abc import Mapping

from greenshift.twin.codepipeline.action_types import ACTION_TYPES, ActionType
from greenshift.twin.codepipeline.declaration import RULE, ActionTypeId

_BUILD = ACTION_TYPES[ActionTypeId("Test", "AWS", "CodeBuild")]


def rule_type(provider: str) -> ActionTypeId:
    return ActionTypeId(RULE, "AWS", provider)


def _checks(*required: str, optional: tuple[str, ...] = (), most_inputs: int = 0) -> ActionType:
    return ActionType((0, most_inputs), (0, 0), frozenset(required), frozenset(optional))


RULE_TYPES: Mapping[ActionTypeId, ActionType] = {
    rule_type("CloudWatchAlarm"): _checks("AlarmName", optional=("AlarmStates", "WaitTime")),
    rule_type("CodeBuild"): ActionType((1, 5), (0, 0), _BUILD.required, _BUILD.optional),
    rule_type("DeploymentWindow"): _checks("Cron", optional=("TimeZone",)),
    rule_type("LambdaInvoke"): _checks("FunctionName", optional=("UserParameters",), most_inputs=5),
    rule_type("VariableCheck"): _checks("Operator", "Value", "Variable"),
}
# The only ones whose failure may skip a stage (user guide: "Creating Entry conditions with Skip result").
MAY_SKIP = frozenset({rule_type("LambdaInvoke"), rule_type("VariableCheck")})
