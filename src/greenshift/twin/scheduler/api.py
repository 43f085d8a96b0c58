"""EventBridge Scheduler on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from greenshift.twin.scheduler import model, targets
from greenshift.twin.scheduler.model import Group, Schedule
from greenshift.twin.scheduler.runner import Runner
from greenshift.twin.service import CallContext, Request, Response, Service, ServiceError, operation
from greenshift.twin.wire import paging
from greenshift.twin.world import World

DEFAULT = "default"
_PAGE = 100
_MOST = 10_000
_KEPT = (
    "ScheduleExpression", "StartDate", "EndDate", "Description", "ScheduleExpressionTimezone", "State",
    "KmsKeyArn", "Target", "FlexibleTimeWindow", "ActionAfterCompletion",
)  # fmt: skip
_USUAL = {"ScheduleExpressionTimezone": "UTC", "State": "ENABLED", "ActionAfterCompletion": "NONE"}


class Scheduler(Service):
    """The twin's schedules and their groups."""

    name: ClassVar[str] = "scheduler"
    kept: ClassVar[tuple[str, ...]] = ("_schedules", "_groups")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._schedules: dict[tuple[str, str], Schedule] = {}
        now = world.clock.time()
        self._groups = {DEFAULT: Group(DEFAULT, self._group_arn(DEFAULT), now, now)}
        self._runner = Runner(world, self._remove)

    def start(self) -> None:
        for schedule in self._schedules.values():
            self._runner.follow(schedule)

    def resources(self) -> list[str]:
        own = [each.arn for each in self._groups.values() if each.name != DEFAULT]
        return [*(each.arn for each in self._schedules.values()), *own]

    @operation
    def create_schedule(self, context: CallContext, request: Request) -> Response:
        key = (self._group(request).name, request["Name"])
        if key in self._schedules:
            raise ServiceError("ConflictException", f"Schedule {request['Name']} already exists.", 409)
        if len(self._schedules) >= _MOST:
            raise ServiceError("ServiceQuotaExceededException", f"The twin keeps {_MOST} schedules.", 402)
        return self._put(key, request, self.world.clock.time())

    @operation
    def update_schedule(self, context: CallContext, request: Request) -> Response:
        """All of it is given anew (API reference: what is left out is its default again)."""
        known = self._found(request)
        return self._put((known.group, known.name), request, known.created)

    @operation
    def get_schedule(self, context: CallContext, request: Request) -> Response:
        found = self._found(request)
        return {**dict(found.given), **_told(found)}

    @operation
    def delete_schedule(self, context: CallContext, request: Request) -> Response:
        self._remove(self._found(request))
        return {}

    @operation
    def list_schedules(self, context: CallContext, request: Request) -> Response:
        group, prefix, state = request.get("GroupName"), request.get("NamePrefix") or "", request.get("State")
        found = [
            {**_told(each), "State": each.given["State"], "Target": {"Arn": each.target["Arn"]}}
            for key, each in sorted(self._schedules.items())
            if (group is None or key[0] == group)
            and key[1].startswith(prefix)
            and (state is None or each.given["State"] == state)
        ]
        return _page("Schedules", found, request)

    @operation
    def create_schedule_group(self, context: CallContext, request: Request) -> Response:
        name, now = request["Name"], self.world.clock.time()
        if name in self._groups:
            raise ServiceError("ConflictException", f"Schedule group {name} already exists.", 409)
        tags = {each["Key"]: each["Value"] for each in request.get("Tags") or ()}
        self._groups[name] = Group(name, self._group_arn(name), now, now, tags)
        return {"ScheduleGroupArn": self._groups[name].arn}

    @operation
    def get_schedule_group(self, context: CallContext, request: Request) -> Response:
        return _group(self._group({"GroupName": request["Name"]}))

    @operation
    def delete_schedule_group(self, context: CallContext, request: Request) -> Response:
        group = self._group({"GroupName": request["Name"]})
        if group.name == DEFAULT:
            raise model.invalid("The default schedule group cannot be deleted.")
        for schedule in [each for key, each in self._schedules.items() if key[0] == group.name]:
            self._remove(schedule)
        del self._groups[group.name]
        return {}

    @operation
    def list_schedule_groups(self, context: CallContext, request: Request) -> Response:
        prefix = request.get("NamePrefix") or ""
        found = [_group(each) for name, each in sorted(self._groups.items()) if name.startswith(prefix)]
        return _page("ScheduleGroups", found, request)

    @operation
    def tag_resource(self, context: CallContext, request: Request) -> Response:
        self._tagged(request).tags.update({each["Key"]: each["Value"] for each in request["Tags"]})
        return {}

    @operation
    def untag_resource(self, context: CallContext, request: Request) -> Response:
        for key in request["TagKeys"]:
            self._tagged(request).tags.pop(key, None)
        return {}

    @operation
    def list_tags_for_resource(self, context: CallContext, request: Request) -> Response:
        tags = self._tagged(request).tags
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _put(self, key: tuple[str, str], request: Request, created: float) -> Response:
        given = {**_USUAL, **{name: request[name] for name in _KEPT if request.get(name) is not None}}
        window = given["FlexibleTimeWindow"]
        if (window["Mode"] == "FLEXIBLE") != (window.get("MaximumWindowInMinutes") is not None):
            raise model.invalid("MaximumWindowInMinutes is given with the mode FLEXIBLE, and only then.")
        targets.check(given["Target"])
        schedule = Schedule(
            name=key[1],
            group=key[0],
            arn=f"arn:aws:scheduler:{self.world.region}:{self.world.account}:schedule/{key[0]}/{key[1]}",
            when=model.when(given["ScheduleExpression"]),
            zone=model.zone(given["ScheduleExpressionTimezone"]),
            given=given,
            created=created,
            modified=self.world.clock.time(),
        )
        self._schedules[key] = schedule
        self._runner.follow(schedule)
        return {"ScheduleArn": schedule.arn}

    def _remove(self, schedule: Schedule) -> None:
        self._runner.forget(schedule)
        self._schedules.pop((schedule.group, schedule.name), None)

    def _found(self, request: Request) -> Schedule:
        key = (request.get("GroupName") or DEFAULT, request["Name"])
        if key not in self._schedules:
            raise ServiceError("ResourceNotFoundException", f"Schedule {key[1]} does not exist.", 404)
        return self._schedules[key]

    def _group(self, request: Request) -> Group:
        name = request.get("GroupName") or DEFAULT
        if name not in self._groups:
            raise ServiceError("ResourceNotFoundException", f"Schedule group {name} does not exist.", 404)
        return self._groups[name]

    def _tagged(self, request: Request) -> Group:
        return self._group({"GroupName": request["ResourceArn"].rpartition("/")[2]})

    def _group_arn(self, name: str) -> str:
        return f"arn:aws:scheduler:{self.world.region}:{self.world.account}:schedule-group/{name}"


def _told(schedule: Schedule) -> Response:
    return {
        "Arn": schedule.arn,
        "GroupName": schedule.group,
        "Name": schedule.name,
        "CreationDate": schedule.created,
        "LastModificationDate": schedule.modified,
    }


def _group(group: Group) -> Response:
    times = {"CreationDate": group.created, "LastModificationDate": group.modified}
    return {"Arn": group.arn, "Name": group.name, "State": "ACTIVE", **times}


def _page(member: str, items: Sequence[Any], request: Request) -> Response:
    limit = request.get("MaxResults") or _PAGE
    shown, following = paging.page(
        items, request.get("NextToken"), limit, lambda: model.invalid("The NextToken is not valid.")
    )
    return {member: shown, **({"NextToken": following} if following else {})}
