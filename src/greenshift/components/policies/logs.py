"""Who may write which log. AWSLambdaBasicExecutionRole is not it: with ``logs:CreateLogGroup`` on everything,
a function's last lines bring its log group back after ``destroy``, outside the stack and kept for ever."""

from __future__ import annotations

from collections.abc import Sequence

from greenshift.contract.arns import Arns
from greenshift.contract.names import Names, lambda_log_group
from greenshift.contract.policies import LONGEST_MANAGED_POLICY, Statement, write_policy

_WRITE = ("logs:CreateLogStream", "logs:PutLogEvents")


def log_statement(arns: Arns, *groups: str) -> Statement:
    """Streams of these groups; the groups are the stack's own, and nobody may make one."""
    return Statement(sid="Log", actions=_WRITE, resources=[f"{arns.log_group(group)}:*" for group in groups])


def function_log_policy(names: Names, arns: Arns, *, keys: Sequence[str]) -> str:
    """For all user functions: each group by name while that fits, else by the stack's prefix."""
    groups = [lambda_log_group(names.function(key)) for key in sorted(keys)]
    listed = write_policy(log_statement(arns, *groups))
    if len(listed) <= LONGEST_MANAGED_POLICY:
        return listed
    own = [lambda_log_group(name) for name in (names.controller, names.recorder)]
    return write_policy(
        log_statement(arns, lambda_log_group(f"{names.base}-*")),
        Statement(
            sid="NotOurs",
            effect="Deny",
            actions=_WRITE,
            resources=[f"{arns.log_group(group)}:*" for group in own],
        ),
    )
