"""EventBridge Scheduler: schedules are named with their group."""

from __future__ import annotations

from greenshift.twin.iam.needs.contract import Find, Parameters, Place, both, everything, on, pass_role


def _schedule(parameters: Parameters, place: Place) -> str:
    group = parameters.get("GroupName") or "default"
    return place.arn("scheduler", f"schedule/{group}/{parameters.get('Name', '')}")


def _group(parameters: Parameters, place: Place) -> str:
    return place.arn("scheduler", f"schedule-group/{parameters.get('Name', '')}")


def _tagged(parameters: Parameters, _: Place) -> str:
    return str(parameters.get("ResourceArn", ""))


TABLE: dict[str, Find] = {
    **{
        name: both(find, pass_role("Target.RoleArn", "scheduler"))
        for name, find in on("scheduler", _schedule, "CreateSchedule", "UpdateSchedule").items()
    },
    **on("scheduler", _schedule, "DeleteSchedule", "GetSchedule"),
    **on("scheduler", _group, "CreateScheduleGroup", "DeleteScheduleGroup", "GetScheduleGroup"),
    **on("scheduler", everything, "ListScheduleGroups", "ListSchedules"),
    **on("scheduler", _tagged, "ListTagsForResource", "TagResource", "UntagResource"),
}
