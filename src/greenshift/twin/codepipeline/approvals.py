"""Manual approvals that wait for an answer, by their token."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from typing import ClassVar, Literal

from greenshift.twin.codepipeline import errors


@dataclass(frozen=True)
class Answer:
    status: Literal["Approved", "Rejected"]
    summary: str
    answered_by: str


@dataclass(frozen=True)
class Request:
    """One open question; ``action_arn`` says whose, so that a token fits one action only, and ``run`` which
    run of it asks.
    """

    token: str
    action_arn: str
    run: str
    expires: float


class Approvals:
    """The open questions; who asked one goes on waiting for it in a twin that was restored."""

    kept: ClassVar[tuple[str, ...]] = ("_open", "_answered")

    def __init__(self) -> None:
        self._open: dict[str, Request] = {}
        self._answered: set[str] = set()
        self._answers: dict[str, asyncio.Future[Answer]] = {}

    def ask(self, action_arn: str, run: str, expires: float) -> Request:
        request = Request(str(uuid.uuid4()), action_arn, run, expires)
        self._open[request.token] = request
        return request

    def asked(self, run: str) -> Request | None:
        """What a run asked before its twin was written into a file."""
        return next((request for request in self._open.values() if request.run == run), None)

    def answer_to(self, request: Request) -> asyncio.Future[Answer]:
        return self._answers.setdefault(request.token, asyncio.get_running_loop().create_future())

    def answer(self, token: str, action_arn: str, answer: Answer) -> None:
        """Deliver a person's answer; refused when the token was answered, expired or another action's."""
        if token in self._answered:
            raise errors.approval_already_completed()
        request = self._open.get(token)
        if request is None or request.action_arn != action_arn:
            raise errors.invalid_approval_token()
        self._answered.add(token)
        self.answer_to(request).set_result(answer)

    def heard(self) -> list[str]:
        """The actions whose answer is on its way to them."""
        return [each.action_arn for each in self._open.values() if each.token in self._answered]

    def close(self, request: Request) -> None:
        self._open.pop(request.token, None)
        self._answers.pop(request.token, None)
