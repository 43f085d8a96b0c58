"""Whose clock a moment is shown on. Pure.

Everything a stack tells is by AWS's clock, in UTC. A twin's clock runs faster than the reader's, so there a
moment is shown by the reader's own clock, with the twin's beside it where somebody compares the two. This is
the one place where one becomes the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from greenshift.contract.text import duration
from greenshift.view.moments import iso, parsed, seconds_between

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_ALIKE = timedelta(seconds=2)
"""Two clocks that differ by less are one to a person."""


@dataclass(frozen=True)
class Hours:
    """``twin_at`` on the twin's clock was ``own_at`` on the reader's; it runs ``speed`` times as fast.

    The default is AWS: one clock, shown in UTC. ``zone`` is the reader's; None is this machine's.
    """

    speed: float = 1.0
    twin_at: datetime | None = None
    own_at: datetime | None = None
    zone: tzinfo | None = None

    @classmethod
    def of_twin(cls, speed: float, twin: float, own: float, zone: tzinfo | None = None) -> Hours:
        """Of both clocks read at once, in seconds since the epoch; one that stands still maps to nothing."""
        if speed <= 0:
            return AWS
        return cls(speed, datetime.fromtimestamp(twin, UTC), datetime.fromtimestamp(own, UTC), zone)

    @property
    def are_twins(self) -> bool:
        """Whether the reader's clock is another one than the stack's."""
        return self.own_at is not None

    def own(self, moment: datetime) -> datetime:
        """A moment of the stack, by the reader's clock and in their zone."""
        if self.twin_at is None or self.own_at is None:
            return moment.astimezone(UTC)
        return (self.own_at + (moment - self.twin_at) / self.speed).astimezone(self.zone)

    def stack(self, own: datetime) -> datetime:
        """A moment of the reader, by the stack's clock."""
        if self.twin_at is None or self.own_at is None:
            return own.astimezone(UTC)
        return self.twin_at + (own - self.own_at) * self.speed

    def ago(self, now: datetime, own: timedelta) -> datetime:
        """By the stack's clock, what was so long ago for the reader; not before clocks began."""
        try:
            return max(now - (own * self.speed if self.are_twins else own), _BEGINNING)
        except OverflowError:
            return _BEGINNING

    def clock(self, moment: str) -> str:
        """``16:50:57``."""
        return self._own(moment, "%H:%M:%S")

    def hour(self, moment: str) -> str:
        """``16:50``; with seconds where a minute of the stack is less than one of the reader's."""
        return self._own(moment, "%H:%M:%S" if self.speed > 1 else "%H:%M")

    def said(self, moment: datetime) -> str:
        """``16:50``; on a twin ``14:12:31 (twin 16:50:00)``."""
        written = iso(moment)
        return f"{self.hour(written)}{self.beside(written)}"

    def minute(self, moment: str) -> str:
        """``2026-11-23 16:50``."""
        return self._own(moment, "%Y-%m-%d %H:%M")

    def day(self, moment: str) -> str:
        """``2026-11-23 16:50:57``."""
        return self._own(moment, "%Y-%m-%d %H:%M:%S")

    def date(self, moment: str) -> str:
        """``2026-11-23``."""
        return self._own(moment, "%Y-%m-%d")

    def spoken(self, moment: str) -> str:
        """Date and time, and whose: ``2026-11-23 16:50:57 UTC``, or with the twin's beside it."""
        day = self.day(moment)
        if self.are_twins or not day:
            return f"{day}{self.beside(moment)}"
        return f"{day} UTC"

    def beside(self, moment: str) -> str:
        """`` (twin 18:04:10)``, with the day where that is another one; empty for one clock."""
        told = self.twin_clock(moment)
        return f" (twin {told})" if told else ""

    def twin_clock(self, moment: str) -> str:
        """The stack's own time of a moment, where the reader's is another; else empty."""
        found = parsed(moment)
        if found is None or not self.are_twins or abs(self.own(found) - found) < _ALIKE:
            return ""
        theirs = found.astimezone(self.zone)
        same_day = theirs.date() == self.own(found).date()
        return f"{theirs:%H:%M:%S}" if same_day else f"{theirs:%m-%d %H:%M:%S}"

    def lasted(self, start: str, end: str) -> str:
        """How long it took from one moment of the stack to another; empty when that is not known."""
        seconds = seconds_between(start, end)
        return "" if seconds is None else self.length(seconds)

    def length(self, seconds: float) -> str:
        """``10 min``; on a twin ``10 min of AWS, 10 s here``: by its clock, and by the reader's."""
        told, here = duration(seconds), duration(seconds / self.speed)
        return f"{told} of AWS, {here} here" if self.told and told != here else told

    def waited(self, start: str, end: str) -> str:
        """How long the reader waited from one moment of the stack to another; empty when not known."""
        seconds = seconds_between(start, end)
        return "" if seconds is None else duration(seconds / (self.speed if self.told else 1))

    @property
    def told(self) -> str:
        """What the two clocks have to do with each other, in one sentence; empty for one clock."""
        if not self.are_twins or self.speed == 1:
            return ""
        return f"the twin's clock runs {self.speed:g} times as fast as yours"

    def _own(self, moment: str, form: str) -> str:
        found = parsed(moment)
        return "" if found is None else self.own(found).strftime(form)


AWS = Hours()
"""One clock for all, in UTC."""
