"""What is wrong with a deployed stack, read through boto3 from whatever endpoint its clients speak to.

    reading/ -> StackFacts -> source, traffic, conflicts, hangs, releases, endless, missed, orphans, alarms,
                              unreleased (pure: facts in, findings out; one file a subject)

Read-only: no call here changes anything (``reading.OPERATIONS`` lists all of them).
"""

from greenshift.checks.deployed.stack import check_stack, findings, look

__all__ = ["check_stack", "findings", "look"]
