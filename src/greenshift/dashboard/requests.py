"""What a visitor may do: each deed is asked about first, then done; nothing while the page is read-only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.actions import (
    Abort,
    Answer,
    ReleaseRequest,
    RollbackRequest,
    abort,
    answer,
    plan_rollback,
    start_release,
    start_rollback,
)
from greenshift.dashboard import asking, words
from greenshift.dashboard.problems import Problem
from greenshift.dashboard.watched import Desk
from greenshift.view import Approval, ReleaseView

_LINES = 12
"""Functions that a question names."""
_LONGEST = 400
"""Characters of a reason; the pipeline's variables and the ledger keep more."""

Form = Mapping[str, str]


@dataclass(frozen=True)
class Done:
    """What was started, in words, and where it can be watched."""

    text: str
    place: str = "/"


@dataclass(frozen=True)
class Question:
    """What a visitor is asked before a deed: values for templates/confirm.html."""

    deed: str
    title: str
    text: str
    button: str
    tone: str = "go"
    lines: tuple[str, ...] = ()
    """What it comes to, a line each: a function and its versions."""
    hidden: tuple[tuple[str, str], ...] = ()
    why: str = ""
    """The label of the field for a reason; empty when none is asked for."""
    must_say_why: bool = False
    why_may: str = "may be empty"
    """When that field may be left empty, unless it must not."""
    choices: tuple[tuple[str, str, str], ...] = ()
    """Name, label and explanation of what may be ticked."""


def question(desk: Desk, deed: str, query: Form) -> Question:
    """What to ask; Problem when the deed does not exist or cannot be done now."""
    _refuse_when_read_only(desk)
    ask = _found(_QUESTIONS, deed)
    found: Question = ask(desk, query)
    return found


def do(desk: Desk, deed: str, form: Form) -> Done:
    """Do it; Problem or GreenshiftError when it cannot be done."""
    _refuse_when_read_only(desk)
    done: Done = _found(_DEEDS, deed)(desk, form)
    return done


def _found(table: Mapping[str, Callable[..., Any]], deed: str) -> Callable[..., Any]:
    if deed not in table:
        raise Problem(404, f"there is nothing called {deed!r} to do", hint="see what happens now at: /")
    return table[deed]


def _refuse_when_read_only(desk: Desk) -> None:
    if desk.stack.read_only:
        raise Problem(
            403,
            f"this page is read-only, so it changes nothing on stack {desk.stack.name}",
            hint=f"start it with: greenshift dashboard --stack {desk.stack.name} --no-read-only",
        )


# Approvals


def _ask_answer(desk: Desk, query: Form) -> Question:
    asked, is_yes = _approval(desk, query), query.get("answer") == "yes"
    with desk.view() as view:
        release = view.release(asked.execution)
    what = _told(release) if release else f"execution {words.short(asked.execution)}"
    place = (("execution", asked.execution), ("stage", asked.stage), ("action", asked.action))
    return Question(
        "answer",
        title=f"{'Approve' if is_yes else 'Reject'} {what}?",
        text=asked.message or ("The release goes on." if is_yes else "The release ends here."),
        button="Approve" if is_yes else "Reject",
        tone="go" if is_yes else "stop",
        hidden=(*place, ("answer", "yes" if is_yes else "no")),
        why="Comment",
    )


def _answer(desk: Desk, form: Form) -> Done:
    asked, is_yes = _approval(desk, form), form.get("answer") == "yes"
    why = _why(form)
    summary = f"{desk.stack.by()}: {why}" if why else desk.stack.by()
    client = desk.stack.clients("codepipeline")
    answer(
        client, desk.stack.outputs.pipeline, Answer(asked.stage, asked.action, asked.token, is_yes, summary)
    )
    return Done(f"{asked.stage} was {'approved' if is_yes else 'rejected'}.")


def _approval(desk: Desk, told: Form) -> Approval:
    with desk.view() as view:
        waiting = view.approvals()
    for asked in waiting:
        wanted = (told.get("execution"), told.get("stage"), told.get("action"))
        if (asked.execution, asked.stage, asked.action) == wanted:
            return asked
    raise Problem(409, "this question was answered meanwhile", hint="see what became of it at: /")


# Releases

_AT_ONCE = "All at once"


def _ask_release(desk: Desk, query: Form) -> Question:
    head = desk.stack.head()
    asked = asking.release(desk, head) if head.id else asking.unknown_release(desk)
    return Question(
        "release",
        title=asked.title,
        text=asked.text,
        button=asked.button,
        hidden=(("again", "yes"),) if asked.again else (),
        why="Why",
        why_may=f"may be empty, but not for “{_AT_ONCE}”",
        choices=(("now", _AT_ONCE, "for emergencies: not slowly; hooks and alarms stay. Say why below."),),
    )


def _release(desk: Desk, form: Form) -> Done:
    is_now, why = form.get("now") == "yes", _why(form)
    if is_now and not why:
        raise Problem(400, "a release that is in a hurry says why", hint="write a few words under Why")
    again, author = form.get("again") == "yes", desk.stack.head().author
    wish = ReleaseRequest(now=is_now, again=again, by=desk.stack.by(), why=why, author=author)
    execution = start_release(desk.stack.clients("codepipeline"), desk.stack.outputs.pipeline, wish)
    return Done(f"Release {words.short(execution)} has started.")


# Rollbacks


def _ask_rollback(desk: Desk, query: Form) -> Question:
    target = _target(desk, query)
    plan = plan_rollback(
        desk.stack.clients("lambda"), desk.stack.outputs.controller, target.id if target else ""
    )
    if plan.refused:
        raise Problem(409, plan.refused, hint="see what was released at: /history")
    if not plan.moves:
        raise Problem(409, "these versions are live already: there is nothing to move")
    asked = asking.rollback(plan, _told(target) if target else "")
    undone = plan.undoes.id if plan.undoes else ""
    return Question(
        "rollback",
        title=asked.title,
        text=asked.text,
        button=asked.button,
        tone="stop",
        lines=asked.lines,
        hidden=(("to", target.id if target else ""), ("undo", undone)),
        why="Why",
        must_say_why=True,
    )


def _rollback(desk: Desk, form: Form) -> Done:
    target, why = _target(desk, form), _why(form)
    if not why:
        raise Problem(400, "a rollback says why", hint="write a few words under Why")
    asked = RollbackRequest(
        to=target.id if target else "", by=desk.stack.by(), why=why, undo=form.get("undo", "")
    )
    started = start_rollback(desk.stack.clients("lambda"), desk.stack.outputs.controller, asked)
    return Done(f"{words.named(started).capitalize()} has started.")


# The end of one that is under way


def _ask_abort(desk: Desk, query: Form) -> Question:
    id_ = _under_way(desk, query)
    with desk.view() as view:
        release = view.release(id_)
    what = _told(release) if release else words.short(id_)
    moved = (
        [f"{each.key}: {each.to_version} → {each.from_version}" for each in release.changed]
        if release
        else []
    )
    return Question(
        "abort",
        title=f"Stop {what} and go back?",
        text="It ends here; what it has moved goes back at once."
        if moved
        else "It ends here; it has moved nothing.",
        button="Stop and go back" if moved else "Stop",
        tone="stop",
        lines=tuple(moved[:_LINES]),
        hidden=(("id", id_),),
        why="Why",
    )


def _abort(desk: Desk, form: Form) -> Done:
    id_ = _under_way(desk, form)
    stack = desk.stack
    asked = Abort(id_, by=stack.by(), why=_why(form))
    abort(
        stack.clients("codepipeline"), stack.clients("lambda"), stack.outputs.pipeline,
        stack.outputs.controller, asked,
    )  # fmt: skip
    return Done(f"{words.named(id_).capitalize()} is being stopped.")


def _under_way(desk: Desk, told: Form) -> str:
    """The id that was asked about, which may have ended meanwhile."""
    id_ = told.get("id", "")
    with desk.view() as view:
        release = view.release(id_) if id_ else None
        is_running = id_ in view.running_executions()
    if is_running or (release is not None and not release.has_ended):
        return id_
    raise Problem(
        409, f"{words.short(id_) or 'nothing'} is not under way any more", hint="see what happens now at: /"
    )


def _target(desk: Desk, told: Form) -> ReleaseView | None:
    """The release whose versions shall be live again; None for those before the last one."""
    wanted = told.get("to", "")
    if not wanted:
        return None
    with desk.view() as view:
        found = view.release(wanted)
    if found is None:
        raise Problem(404, f"the ledger has no release {wanted}", hint="see all releases at: /history")
    return found


def _told(release: ReleaseView) -> str:
    return f"{words.short(release.commit or release.id)} “{words.first_line(release.message)}”"


def _why(form: Form) -> str:
    return " ".join(form.get("why", "").split())[:_LONGEST]


_QUESTIONS = {"answer": _ask_answer, "release": _ask_release, "rollback": _ask_rollback, "abort": _ask_abort}
_DEEDS = {"answer": _answer, "release": _release, "rollback": _rollback, "abort": _abort}
