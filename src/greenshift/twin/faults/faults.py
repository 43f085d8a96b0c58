"""The faults that are set, and the place they take around every call."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from random import Random

from greenshift.twin.faults.match import matches
from greenshift.twin.faults.model import Call, Fault, FaultReport
from greenshift.twin.faults.parse import FaultRefused
from greenshift.twin.faults.perform import Answer, Perform, carry_out
from greenshift.twin.faults.tally import Tally, begin, judge


class _Armed:
    """A fault with its tally and its own chance, so that a seed gives the same run again."""

    def __init__(self, fault: Fault, now: float) -> None:
        self.fault = fault
        self.tally: Tally = begin(fault, now)
        self._random = Random(fault.seed)

    def meets(self, call: Call, now: float) -> bool:
        if not matches(self.fault, call):
            return False
        self.tally, fires = judge(self.fault, self.tally, now, self._random.random())
        return fires


class Faults:
    """A call may meet several faults: their delays add up, and of the others the first one set acts."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._ids = itertools.count(1)
        self._armed: dict[str, _Armed] = {}

    def add(self, fault: Fault) -> FaultReport:
        id_ = f"fault-{next(self._ids)}"
        self._armed[id_] = _Armed(fault, self._now())
        return self._report(id_)

    def all(self) -> list[FaultReport]:
        return [self._report(id_) for id_ in self._armed]

    def remove(self, id_: str) -> FaultReport:
        """The fault that was set, as it was at its end."""
        if id_ not in self._armed:
            raise FaultRefused(f"there is no fault {id_!r}; set are: {', '.join(self._armed) or 'none'}")
        report = self._report(id_)
        del self._armed[id_]
        return report

    def clear(self) -> list[FaultReport]:
        reports = self.all()
        self._armed.clear()
        return reports

    async def around(self, call: Call, perform: Perform[Answer]) -> Answer:
        """Perform a call as the faults that are set will have it."""
        if not self._armed:
            return await perform()
        for fault in reversed(self._met(call)):
            perform = _wrapped(fault, call, perform)
        return await perform()

    def _met(self, call: Call) -> list[Fault]:
        now = self._now()
        met = [armed.fault for armed in list(self._armed.values()) if armed.meets(call, now)]
        delays = [fault for fault in met if fault.kind == "delay"]
        return delays + [fault for fault in met if fault.kind != "delay"][:1]

    def _report(self, id_: str) -> FaultReport:
        armed = self._armed[id_]
        return FaultReport(id_, armed.fault, armed.tally.matched, armed.tally.fired)


def _wrapped(fault: Fault, call: Call, perform: Perform[Answer]) -> Perform[Answer]:
    return lambda: carry_out(fault, call, perform)
