"""What is wrong with a deployed stack, read through boto3 from whatever endpoint its clients speak to.

    reading -> StackFacts -> source, traffic, releases, alarms (pure: facts in, findings out)

Read-only: no call here changes anything (``reading.OPERATIONS`` lists all of them).
"""

from greenshift.checks.deployed.stack import check_stack

__all__ = ["check_stack"]
