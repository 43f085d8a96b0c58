"""What people are told: one message when a release ends, one when it waits for somebody. No I/O.

Each says what, why, which functions, and what to type next. A release that changed nothing is nobody's
business, so its end is not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from greenshift.contract.moments import iso
from greenshift.contract.reasons import completed, in_words
from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.rules import Mode
from greenshift.contract.status_words import word
from greenshift.contract.statuses import LOST, State, Status
from greenshift.contract.text import listed, with_arrows

# API reference: SNS Publish, "Subjects must be ASCII text … less than 100 characters long".
_SUBJECT = 100
# A message of 256 KB is allowed; a person reads this much.
_FUNCTIONS = 50
_FINDINGS = 20

_HEADLINE = {
    Status.SUCCEEDED: "The release is live.",
    Status.ROLLED_BACK: "The release was rolled back: every function is on the version it had before.",
    Status.FAILED: "The release failed before any traffic moved.",
}
_ROLLBACK = "The rollback is live: what was bad is gone."
_STUCK = "The release needs you: not every function could be put back."


@dataclass(frozen=True)
class Notice:
    """One message. ``facts`` are what a chat shows beside the headline; ``next`` is a command to type."""

    subject: str
    headline: str
    facts: tuple[tuple[str, str], ...]
    functions: tuple[str, ...]
    next: str
    findings: tuple[str, ...] = ()  # how the versions differ from what was live, where that matters

    @property
    def message(self) -> str:
        """As an e-mail shows it."""
        lines = [self.headline, ""]
        lines += [f"{name + ':':<10}{value}" for name, value in self.facts]
        lines += ["", *(["Functions:", *self.functions, ""] if self.functions else [])]
        lines += ["Compared with what was live:", *self.findings, ""] if self.findings else []
        return "\n".join([*lines, f"Next: {self.next}"])


def is_worth_telling(release: Release) -> bool:
    return release.is_ended and release.status is not Status.UNCHANGED


def end_of(release: Release, stack: str) -> Notice:
    """The end of a release."""
    needs_you = " - needs you" if _lost(release) else ""
    return Notice(
        subject=_subject(f"{release.pipeline}: {_ending(release)}{_commit(release)}{needs_you}"),
        headline=_headline(release),
        facts=tuple(_facts(release)),
        functions=tuple(_functions(release)),
        next=_next(release, stack),
        findings=tuple(_findings(release)),
    )


def approval_of(release: Release, action: str, stack: str, console: str) -> Notice:
    """A release that waits for somebody's yes or no; ``console`` is where it is seen, empty on a twin."""
    place = ("Console", console) if console else ("Page", f"greenshift dashboard --stack {stack}")
    waiting = [item.key for item in release.changed if item.state is State.PUBLISHED]
    return Notice(
        subject=_subject(f"{release.pipeline}: waits for your approval{_commit(release)}"),
        headline=f"Approve or reject: {listed(waiting) or 'this release'}.",
        facts=(*_facts(release), ("Action", action), place),
        functions=tuple(_functions(release)),
        next=f"greenshift approve --stack {stack}  (or: greenshift reject --stack {stack})",
        findings=tuple(_findings(release)),
    )


def _subject(text: str) -> str:
    return text.encode("ascii", "replace").decode()[: _SUBJECT - 1]


def _commit(release: Release) -> str:
    return f" {release.commit[:7]}" if release.commit else ""


def _ending(release: Release) -> str:
    ended = word(release.status)
    return f"rollback {ended}" if release.mode is Mode.ROLLBACK else ended


def _lost(release: Release) -> list[ReleasedFunction]:
    """Functions that are not where they should be."""
    return [item for item in release.changed if item.state in LOST]


def _headline(release: Release) -> str:
    if _lost(release):
        return _STUCK
    if release.mode is Mode.ROLLBACK and release.status is Status.SUCCEEDED:
        return _ROLLBACK
    return _HEADLINE.get(release.status, release.status.value)


def _next(release: Release, stack: str) -> str:
    if _lost(release):
        return f"greenshift doctor --stack {stack}, then: greenshift repair --stack {stack}"
    if release.status is Status.SUCCEEDED and release.mode is not Mode.ROLLBACK:
        return f"greenshift rollback --stack {stack}  (if it turns out to be bad)"
    return f"greenshift show {release.id} --stack {stack}"


def _facts(release: Release) -> Iterator[tuple[str, str]]:
    what = release.message.splitlines()[0] if release.message.strip() else "no commit message"
    facts = [
        ("Pipeline", release.pipeline),
        ("Release", release.id),
        ("Commit", f"{release.commit}  {what}" if release.commit else ""),
        ("Author", release.author),
        ("Mode", _mode(release)),
        ("Started", iso(release.started_at)),
        ("Ended", iso(release.ended_at) if release.ended_at else ""),
        ("Why", _words(_completed(release, release.reason))),
        ("Alarm", release.alarm or ""),
    ]
    return ((name, value) for name, value in facts if value)


def _completed(release: Release, reason: str | None) -> str:
    return completed(reason or "", (each.cause for each in release.transitions))


def _words(reason: str) -> str:
    """Whoever reads it has another clock than the one beside them: every time of a message is UTC."""
    return in_words(reason, lambda moment: f"{moment:%H:%M} UTC")


def _mode(release: Release) -> str:
    """`now, asked for by Ada: refunds fail`; "" for a release like any other."""
    if release.mode is Mode.NORMAL:
        return ""
    return (
        f"{release.mode.value}, asked for by {release.by or 'somebody'}: {release.why or 'no reason given'}"
    )


def _functions(release: Release) -> list[str]:
    changed = release.changed[:_FUNCTIONS]
    lines = [_function(item, _words(_completed(release, item.reason))) for item in changed]
    rest = len(release.changed) - len(lines)
    unchanged = sum(item.state is State.UNCHANGED for item in release.functions)
    lines += [f"  … and {rest} more"] if rest > 0 else []
    lines += [f"  {unchanged} unchanged"] if unchanged else []
    return lines


def _findings(release: Release) -> list[str]:
    lines = [f"  {with_arrows(line)}" for line in release.findings[:_FINDINGS]]
    rest = len(release.findings) - len(lines)
    return [*lines, f"  … and {rest} more"] if rest > 0 else lines


def _function(item: ReleasedFunction, reason: str) -> str:
    why = f"  ({reason})" if reason else ""
    return f"  {item.key}: {item.from_version} → {item.to_version}  {word(item.state)}{why}"
