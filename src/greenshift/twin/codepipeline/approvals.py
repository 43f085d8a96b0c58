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


@dataclass
class Request:
    """One open question; ``action_arn`` says whose, so that a token fits one action only."""

    token: str
    action_arn: str
    answer: asyncio.Future[Answer]


class Approvals:
    kept: ClassVar[tuple[str, ...]] = ("_answered",)

    def __init__(self) -> None:
        self._open: dict[str, Request] = {}
        self._answered: set[str] = set()

    def ask(self, action_arn: str) -> Request:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        request = Request(str(uuid.uuid4()), action_arn, answer)
        self._open[request.token] = request
        return request

    def answer(self, token: str, action_arn: str, answer: Answer) -> None:
        """Deliver a person's answer; refused when the token was answered, expired or another action's."""
        if token in self._answered:
            raise errors.approval_already_completed()
        request = self._open.get(token)
        if request is None or request.action_arn != action_arn:
            raise errors.invalid_approval_token()
        self._answered.add(token)
        request.answer.set_result(answer)

    def close(self, request: Request) -> None:
        self._open.pop(request.token, None)
