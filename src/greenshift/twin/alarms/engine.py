"""Evaluates the alarms as time passes.

When a minute counts. A standard alarm is evaluated once a minute, a few seconds after the minute closed,
over periods that end at that minute; the minute still open never counts, since its rate rests on the first
few calls. So the first error of a bad version is seen 5 to 65 seconds after it happened, well inside the five
minutes of the shortest canary, and no alarm fires on half a minute of data. A point is stamped with the
*start* of the invocation and may arrive after its minute was judged: the evaluation range therefore reaches
further back than N periods, as CloudWatch's does, and the newest real points decide (see evaluation.py).
Functions run in real time while the twin's clock may run 600 times faster, which makes every invocation
"late"; the range grows with the speed to allow for it. What this costs: without any newer traffic an alarm
stays in ALARM a few minutes longer, again as on AWS ("might repeatedly re-evaluate the last set of data
points", CloudWatch user guide).

Two hundred alarms are cheap because an alarm whose metrics were silent over its whole range is settled: it
is skipped until one of them is written to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from greenshift.twin.alarms.evaluation import Datapoint, evaluate
from greenshift.twin.alarms.expressions import Series
from greenshift.twin.alarms.metrics import MetricStore, Window
from greenshift.twin.alarms.model import Alarm, MetricAlarm
from greenshift.twin.alarms.queries import Results, measured
from greenshift.twin.alarms.reasons import reason, reason_data
from greenshift.twin.alarms.state import Alarms
from greenshift.twin.alarms.transitions import Transitions
from greenshift.twin.clock import Clock

STANDARD = 60
HIGH_RESOLUTION = 10


@dataclass(frozen=True)
class Timing:
    """When alarms are evaluated, and how far back they look.

    ``delay`` is how long after a period its metrics are taken to be there; ``late_periods`` is how many
    periods beyond N belong to the evaluation range (two in the examples of the user guide).
    """

    delay: float = 5.0
    high_resolution_delay: float = 1.0
    late_periods: int = 2

    @classmethod
    def at_speed(cls, speed: float) -> Timing:
        """Allow for half a real second of user code, which takes ``speed / 2`` seconds of the twin."""
        return cls(late_periods=max(2, math.ceil(speed * 0.5 / STANDARD)))

    def due_after(self, now: float, interval: int) -> float:
        """The next moment at which alarms of an interval are evaluated."""
        delay = self.delay if interval == STANDARD else self.high_resolution_delay
        return (math.floor((now - delay) / interval) + 1) * interval + delay


class Engine:
    """Walks the metric alarms on the clock."""

    def __init__(
        self, clock: Clock, store: MetricStore, alarms: Alarms, transitions: Transitions, timing: Timing
    ) -> None:
        self._clock = clock
        self._store = store
        self._alarms = alarms
        self._transitions = transitions
        self._timing = timing

    async def run(self, interval: int) -> None:
        """Evaluate for ever; a tick that comes late judges the newest closed period, not the ones missed."""
        while True:
            await self._clock.sleep_until(self._timing.due_after(self._clock.time(), interval))
            self.tick(interval)

    def tick(self, interval: int) -> None:
        """Evaluate every alarm of an interval over the periods that have closed by now."""
        end = math.floor(self._clock.time() / interval) * interval
        for alarm, definition in self._alarms.metric_alarms():
            if interval_of(definition) == interval:
                self._evaluate(alarm, definition, end)

    def _evaluate(self, alarm: Alarm, definition: MetricAlarm, end: float) -> None:
        version = sum(self._store.version(stat.key) for stat in definition.metrics())
        if alarm.settled == version:
            return
        window = self._window(definition, end)
        series, saw_data = self._compute(definition, window)
        points = [Datapoint(slot, series.points.get(slot)) for slot in window.slots()]
        verdict = evaluate(points, definition.threshold, alarm.state.value)
        if verdict.state != alarm.state.value:
            data = reason_data(verdict, definition, self._clock.time())
            self._transitions.enter(alarm, verdict.state, reason(verdict, definition.threshold), data)
        alarm.settled = None if saw_data or self._has_data_since(definition, end) else version

    def _has_data_since(self, definition: MetricAlarm, end: float) -> bool:
        """Whether something lies in the open period, to be judged next time."""
        return any(self._store.latest(stat.key) >= end for stat in definition.metrics())

    def _window(self, definition: MetricAlarm, end: float) -> Window:
        """The evaluation range, sliding with each evaluation (API reference: EvaluationWindow)."""
        periods = definition.threshold.periods + self._timing.late_periods
        return Window(end - periods * definition.period, end, definition.period, origin=end)

    def _compute(self, definition: MetricAlarm, window: Window) -> tuple[Series, bool]:
        if definition.metric is not None:
            series = measured(definition.metric, self._store, window)
            return series, bool(series.points)
        results = Results(definition.queries, self._store, window)
        watched = next(query.id for query in definition.queries if query.return_data is not False)
        value = results.value(watched)
        assert isinstance(value, Series)  # PutMetricAlarm refused every other kind
        return value, results.saw_data()


def interval_of(definition: MetricAlarm) -> int:
    """High-resolution alarms are evaluated every ten seconds (CloudWatch user guide: "Alarm evaluation")."""
    return HIGH_RESOLUTION if definition.period < STANDARD else STANDARD
