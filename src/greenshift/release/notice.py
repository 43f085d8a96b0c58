"""What is said when a release ends: one message with what, why, which functions, and what to type
next. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.release.clock import iso
from greenshift.release.model import LOST, FunctionRelease, Release, State, Status, listed
from greenshift.release.rules import Mode

# API reference: SNS Publish, "Subjects must be ASCII text … less than 100 characters long".
_SUBJECT = 100
# A message of 256 KB is allowed; a person reads this much.
_FUNCTIONS = 50

_HEADLINE = {
    Status.SUCCEEDED: "The release is live.",
    Status.UNCHANGED: "Nothing changed: every function already ran this code.",
    Status.ROLLED_BACK: "The release was rolled back: every function is on the version it had before.",
    Status.FAILED: "The release failed.",
}


@dataclass(frozen=True)
class Notice:
    subject: str
    message: str


def notice_of(release: Release) -> Notice:
    commit = f" {release.commit[:7]}" if release.commit else ""
    subject = f"{release.pipeline}: {release.status.value.lower().replace('_', ' ')}{commit}"
    plain = subject.encode("ascii", "replace").decode()
    return Notice(plain[: _SUBJECT - 1], "\n".join(_lines(release)))


def _lines(release: Release) -> list[str]:
    what = release.message.splitlines()[0] if release.message.strip() else "no commit message"
    facts = [
        ("Pipeline", release.pipeline),
        ("Release", release.id),
        ("Commit", f"{release.commit or 'unknown'}  {what}"),
        ("Mode", _mode(release)),
        ("Started", iso(release.started_at)),
        ("Ended", iso(release.ended_at) if release.ended_at else ""),
        ("Why", release.reason or ""),
        ("Alarm", release.alarm or ""),
    ]
    lines = [_headline(release), ""]
    lines += [f"{name + ':':<10}{value}" for name, value in facts if value]
    lines += ["", *_functions(release), "", "Next: greenshift history"]
    return lines


def _mode(release: Release) -> str:
    """`now, asked for by Ada: refunds fail`; "" for a release like any other."""
    if release.mode is Mode.NORMAL:
        return ""
    return (
        f"{release.mode.value}, asked for by {release.by or 'somebody'}: {release.why or 'no reason given'}"
    )


def _headline(release: Release) -> str:
    said = _HEADLINE.get(release.status, release.status.value)
    stuck = listed(item.key for item in release.functions if item.state in LOST)
    return f"{said} A person is needed: {stuck} could not be put back." if stuck else said


def _functions(release: Release) -> list[str]:
    lines = [_function(item) for item in release.changed[:_FUNCTIONS]]
    rest = len(release.changed) - len(lines)
    unchanged = sum(item.state is State.UNCHANGED for item in release.functions)
    lines += [f"  … and {rest} more"] if rest > 0 else []
    lines += [f"  {unchanged} unchanged"] if unchanged else []
    return ["Functions:", *lines] if lines else ["Functions: none was touched"]


def _function(item: FunctionRelease) -> str:
    why = f"  ({item.reason})" if item.reason else ""
    return f"  {item.key}: {item.from_version} -> {item.to_version}  {item.state.value}{why}"
