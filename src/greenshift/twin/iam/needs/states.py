"""Step Functions: an execution's ARN is its state machine's, with another word in it and its name behind."""

from __future__ import annotations

from greenshift.twin.iam.needs.contract import Find, Parameters, Place, both, everything, on, pass_role


def _machine(parameters: Parameters, place: Place) -> str:
    given = parameters.get("stateMachineArn") or parameters.get("resourceArn")
    return str(given) if given else place.arn("states", f"stateMachine:{parameters.get('name', '')}")


def _execution(parameters: Parameters, _: Place) -> str:
    return str(parameters.get("executionArn", ""))


TABLE: dict[str, Find] = {
    **on(
        "states",
        _machine,
        "DeleteStateMachine",
        "DescribeStateMachine",
        "ListExecutions",
        "ListTagsForResource",
        "StartExecution",
        "StartSyncExecution",
        "TagResource",
        "UntagResource",
    ),
    **{
        name: both(find, pass_role("roleArn", "states"))
        for name, find in on("states", _machine, "CreateStateMachine", "UpdateStateMachine").items()
    },
    **on("states", _execution, "DescribeExecution", "GetExecutionHistory", "StopExecution"),
    # A task's token is of no resource.
    **on(
        "states", everything, "ListStateMachines", "SendTaskFailure", "SendTaskHeartbeat", "SendTaskSuccess"
    ),
}
