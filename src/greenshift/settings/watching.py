"""How long a release is watched where nobody said so: as long as the slowest alarm needs to speak."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from greenshift.rollout import Strategy, duration, text
from greenshift.rollout.watching import Watch, shifting_minutes
from greenshift.settings.alarms import AlarmSettings
from greenshift.settings.shifting import ShiftSettings, room_for_bake

# A release in a hurry moves at once; it is watched that long even where an alarm would speak sooner.
USUAL_BAKE_NOW_MINUTES = 5


class Watched(Protocol):
    """What of the settings decides it."""

    @property
    def functions(self) -> Mapping[str, Any]: ...
    @property
    def shift(self) -> ShiftSettings: ...
    @property
    def waves(self) -> tuple[tuple[str, ...], ...]: ...
    @property
    def asks_between_waves(self) -> bool: ...
    def wave_of(self, key: str) -> int: ...
    def alarm_of(self, key: str) -> AlarmSettings: ...
    def rollout_of(self, key: str) -> Strategy: ...


def bake_minutes(settings: Watched) -> int:
    """What was said; else what the slowest alarm needs beyond the shift, as far as there is room for it."""
    if settings.shift.bake_minutes is not None:
        return settings.shift.bake_minutes
    missing = max(watch.needed - watch.shifting for watch in watches(settings, 0).values())
    return max(0, min(missing, _room(settings)))


def bake_now_minutes(settings: Watched) -> int:
    """The same for a release in which every function moves at once."""
    if settings.shift.bake_now_minutes is not None:
        return settings.shift.bake_now_minutes
    needed = max(watch.needed for watch in watches(settings, 0).values())
    return min(max(USUAL_BAKE_NOW_MINUTES, needed), _room(settings))


def watches(settings: Watched, bake: int) -> dict[str, Watch]:
    """Each function's strategy beside its alarm, by key."""
    waves = {key: settings.wave_of(key) for key in settings.functions}
    shifting = shifting_minutes(rollout_minutes(settings), waves)
    return {key: _watch(settings, key, shifting[key], bake) for key in settings.functions}


def rollout_minutes(settings: Watched) -> dict[str, int]:
    """From the first move of each function's traffic to the last."""
    return {key: duration(settings.rollout_of(key)) for key in settings.functions}


def _watch(settings: Watched, key: str, shifting: int, bake: int) -> Watch:
    alarm = settings.alarm_of(key)
    return Watch(
        rollout=text(settings.rollout_of(key)),
        shifting=shifting,
        bake=bake,
        period=alarm.period,
        datapoints=alarm.datapoints_to_alarm,
    )


def _room(settings: Watched) -> int:
    return room_for_bake(
        settings.waves, rollout_minutes(settings), asks_between_waves=settings.asks_between_waves
    )
