"""CloudWatch on the wire: requests in, calls on the state, responses out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar

from greenshift.twin.alarms import errors, responses
from greenshift.twin.alarms.alarm_requests import composite_alarm, metric_alarm
from greenshift.twin.alarms.composite import children
from greenshift.twin.alarms.dashboards import DashboardOperations
from greenshift.twin.alarms.engine import STANDARD, Engine, Timing, interval_of
from greenshift.twin.alarms.filters import is_asked_for, is_described, is_within, watches
from greenshift.twin.alarms.metric_data import answer
from greenshift.twin.alarms.metric_requests import (
    data_request,
    dimensions,
    measurements,
    statistics_request,
)
from greenshift.twin.alarms.metrics import metric_key
from greenshift.twin.alarms.model import Alarm, CompositeAlarm, Definition, State
from greenshift.twin.alarms.notifications import configuration_event
from greenshift.twin.alarms.paging import page
from greenshift.twin.alarms.state import Alarms, alarm_type
from greenshift.twin.alarms.transitions import Transitions
from greenshift.twin.service import CallContext, Request, Response, operation
from greenshift.twin.snapshot.keeping import Keeper
from greenshift.twin.wire.json_text import is_json
from greenshift.twin.world import World

METRICS_PER_PAGE = 500
# What a page holds without MaxRecords. The API reference does not tell; accounts with more alarms get
# 50 of them. Nothing is known of histories: the same, so that a client without paging shows here.
RECORDS_PER_PAGE = 50
RECENTLY_ACTIVE = 3 * 3600
LISTED_FOR = 14 * 24 * 3600
UNCHECKED = "Unchecked: Initial alarm creation"


class CloudWatch(DashboardOperations):
    """Metrics, alarms and dashboards."""

    name: ClassVar[str] = "cloudwatch"
    validation_error: ClassVar[str] = "ValidationError"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._alarms = Alarms()
        self._transitions = Transitions(world, self._alarms)
        timing = Timing.at_speed(getattr(world.clock, "speed", 1.0))
        self._engine = Engine(world.clock, world.metrics, self._alarms, self._transitions, timing)
        self._evaluated: set[int] = set()

    def start(self) -> None:
        used = {interval_of(definition) for _, definition in self._alarms.metric_alarms()}
        for interval in {STANDARD, *used}:
            self._evaluate_every(interval)

    def keepers(self) -> Mapping[str, Keeper]:
        return {"alarms": self._alarms, "suppression": self._transitions.suppression}

    def _evaluate_every(self, interval: int) -> None:
        if interval not in self._evaluated:
            self._evaluated.add(interval)
            name = f"alarms: every {interval} seconds"
            self.world.tasks.start(self._engine.run(interval), name, standing=True)

    def resources(self) -> list[str]:
        dashboards = [dashboard.arn for dashboard in self.dashboards.values()]
        return [*(alarm.arn for alarm in self._alarms), *dashboards]

    # Metrics

    @operation
    def put_metric_data(self, context: CallContext, request: Request) -> Response:
        for each in measurements(request, self.world.clock.time()):
            self.world.metrics.record_set(
                each.key, each.aggregate, each.timestamp, resolution=each.resolution
            )
        return {}

    @operation
    async def get_metric_data(self, context: CallContext, request: Request) -> Response:
        asked = data_request(request, context.account)
        answers, token = await answer(asked, self.world.metrics, request.get("NextToken"))
        results = [
            responses.result(
                each.id, each.label, each.points, "Complete" if each.is_complete else "PartialData"
            )
            for each in answers
        ]
        return _with_token({"MetricDataResults": results, "Messages": []}, token)

    @operation
    def get_metric_statistics(self, context: CallContext, request: Request) -> Response:
        """Values of different units are never added up: each has datapoints of its own."""
        asked, metrics = statistics_request(request), self.world.metrics
        units = [asked.unit] if asked.unit else metrics.units(asked.key)
        found = [metrics.aggregates(asked.key, asked.window.whole(), unit) for unit in units]
        return {
            "Label": request["MetricName"],
            "Datapoints": [
                responses.datapoint(start, each, asked) for part in found for start, each in part.items()
            ],
        }

    @operation
    def list_metrics(self, context: CallContext, request: Request) -> Response:
        age = RECENTLY_ACTIVE if request.get("RecentlyActive") else LISTED_FOR
        keys = self.world.metrics.keys(active_since=self.world.clock.time() - age)
        matching = [key for key in keys if is_asked_for(key, request)]
        shown, token = page(matching, request.get("NextToken"), METRICS_PER_PAGE)
        return _with_token({"Metrics": [responses.metric(key) for key in shown]}, token)

    # Alarms

    @operation
    def put_metric_alarm(self, context: CallContext, request: Request) -> Response:
        definition = metric_alarm(request, context.account)
        self._put(context, definition, request)
        self._evaluate_every(interval_of(definition))
        return {}

    @operation
    def put_composite_alarm(self, context: CallContext, request: Request) -> Response:
        definition = composite_alarm(request)
        missing = [name for name in dict.fromkeys(children(definition.rule)) if not self._alarms.get(name)]
        suppressor = definition.suppressor
        if suppressor is not None and self._alarms.get(suppressor.name) is None:
            raise errors.validation(
                f"Could not save the composite alarm as the actions suppressor {suppressor.alarm} "
                "does not exist"
            )
        if missing:
            raise errors.validation(
                f"Could not save the composite alarm as alarms [{', '.join(missing)}] in the alarm rule "
                "do not exist"
            )
        alarm = self._put(context, definition, request)
        self._transitions.redefined(alarm)
        return {}

    @operation
    def describe_alarms(self, context: CallContext, request: Request) -> Response:
        found = [alarm for alarm in self._candidates(request) if is_described(alarm, request)]
        shown, token = page(found, request.get("NextToken"), request.get("MaxRecords") or RECORDS_PER_PAGE)
        return _with_token(responses.by_type(shown), token)

    @operation
    def describe_alarms_for_metric(self, context: CallContext, request: Request) -> Response:
        key = metric_key(request["Namespace"], request["MetricName"], dimensions(request.get("Dimensions")))
        found = [
            responses.alarm(alarm)
            for alarm, definition in self._alarms.metric_alarms()
            if watches(definition, key, request)
        ]
        return {"MetricAlarms": found}

    @operation
    def delete_alarms(self, context: CallContext, request: Request) -> Response:
        names = list(dict.fromkeys(request["AlarmNames"]))
        found = [alarm for name in names if (alarm := self._alarms.get(name)) is not None]
        self._check_deletable(found, set(names))
        for alarm in found:
            self._alarms.remove(alarm.name)
            self._note_configuration(alarm, "delete")
            self._transitions.removed(alarm)
        return {}

    @operation
    def set_alarm_state(self, context: CallContext, request: Request) -> Response:
        alarm = self._alarms.get(request["AlarmName"])
        if alarm is None:
            raise errors.alarm_not_found(request["AlarmName"])
        data = request.get("StateReasonData") or ""
        if data and not is_json(data):
            raise errors.invalid_format("StateReasonData is not valid JSON")
        self._transitions.enter(alarm, request["StateValue"], request["StateReason"], data)
        return {}

    @operation
    def describe_alarm_history(self, context: CallContext, request: Request) -> Response:
        items = [
            responses.history_item(item)
            for item in self._alarms.history()
            if is_within(item.timestamp, request)
            and request.get("AlarmName") in (None, item.alarm)
            and request.get("HistoryItemType") in (None, item.item_type)
            and item.alarm_type in (request.get("AlarmTypes") or ("MetricAlarm",))
        ]
        if request.get("ScanBy") != "TimestampAscending":
            items.reverse()
        shown, token = page(items, request.get("NextToken"), request.get("MaxRecords") or RECORDS_PER_PAGE)
        return _with_token({"AlarmHistoryItems": list(shown)}, token)

    @operation
    def enable_alarm_actions(self, context: CallContext, request: Request) -> Response:
        self._switch_actions(request["AlarmNames"], enabled=True)
        return {}

    @operation
    def disable_alarm_actions(self, context: CallContext, request: Request) -> Response:
        self._switch_actions(request["AlarmNames"], enabled=False)
        return {}

    # Tags

    @operation
    def tag_resource(self, context: CallContext, request: Request) -> Response:
        self._tags_of(request["ResourceARN"]).update(_tags(request))
        return {}

    @operation
    def untag_resource(self, context: CallContext, request: Request) -> Response:
        tags = self._tags_of(request["ResourceARN"])
        for key in request["TagKeys"]:
            tags.pop(key, None)
        return {}

    @operation
    def list_tags_for_resource(self, context: CallContext, request: Request) -> Response:
        return {"Tags": responses.tags(self._tags_of(request["ResourceARN"]))}

    def _put(self, context: CallContext, definition: Definition, request: Request) -> Alarm:
        """Create an alarm, or replace its definition; an update keeps the state (and the tags)."""
        now = self.world.clock.time()
        alarm = self._alarms.get(definition.name)
        if alarm is None:
            arn = f"arn:aws:cloudwatch:{context.region}:{context.account}:alarm:{definition.name}"
            state = State("INSUFFICIENT_DATA", UNCHECKED, "", now, now)
            alarm = Alarm(definition, arn, state, now, _tags(request))
            self._alarms.add(alarm)
            self._note_configuration(alarm, "create")
            return alarm
        if alarm_type(alarm) != alarm_type(Alarm(definition, alarm.arn, alarm.state, now)):
            raise errors.validation(f"Alarm {definition.name} exists already and is a {alarm_type(alarm)}")
        alarm.definition, alarm.configured, alarm.settled = definition, now, None
        self._note_configuration(alarm, "update")
        return alarm

    def _note_configuration(self, alarm: Alarm, change: str) -> None:
        now = self.world.clock.time()
        done = {"create": "created", "update": "updated", "delete": "deleted"}[change]
        data = {"version": "1.0", "type": change.capitalize(), "alarm": alarm.name}
        summary = f'Alarm "{alarm.name}" {done}'
        self._alarms.record(alarm, "ConfigurationUpdate", summary, json.dumps(data), now)
        self.world.emit(configuration_event(alarm, change, now))

    def _check_deletable(self, found: list[Alarm], names: set[str]) -> None:
        if sum(isinstance(alarm.definition, CompositeAlarm) for alarm in found) > 1:
            raise errors.validation("A request to delete alarms can include at most one composite alarm")
        for alarm in found:
            parents = [parent.name for parent in self._alarms.parents(alarm.name)]
            if any(parent not in names for parent in parents):
                raise errors.validation(
                    f"Cannot delete {alarm.name} as there are composite alarm(s) depending on it: "
                    f"{', '.join(parents)}"
                )

    def _switch_actions(self, names: list[str], *, enabled: bool) -> None:
        for name in names:
            alarm = self._alarms.get(name)
            if alarm is not None and alarm.definition.actions.enabled != enabled:
                alarm.definition = _with_actions(alarm.definition, enabled)
                self._note_configuration(alarm, "update")

    def _candidates(self, request: Request) -> Iterator[Alarm]:
        """The alarms a DescribeAlarms request may be about, before its filters."""
        if (parent := request.get("ChildrenOfAlarmName")) is not None:
            wanted = self._children_of(parent)
            return (alarm for alarm in self._alarms if alarm.name in wanted)
        if (child := request.get("ParentsOfAlarmName")) is not None:
            return iter(self._alarms.parents(child))
        return iter(self._alarms)

    def _children_of(self, name: str) -> set[str]:
        alarm = self._alarms.get(name)
        if alarm is None or not isinstance(alarm.definition, CompositeAlarm):
            return set()
        return set(children(alarm.definition.rule))

    def _tags_of(self, arn: str) -> dict[str, str]:
        found = self._alarms.by_arn(arn) or next(
            (each for each in self.dashboards.values() if each.arn == arn), None
        )
        if found is None:
            raise errors.resource_not_found(arn)
        return found.tags


def _with_actions(definition: Definition, enabled: bool) -> Definition:
    return replace(definition, actions=replace(definition.actions, enabled=enabled))


def _tags(request: Request) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in request.get("Tags") or ()}


def _with_token(response: Response, token: str | None) -> Response:
    return response if token is None else response | {"NextToken": token}
