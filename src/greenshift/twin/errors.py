"""How a service of the twin refuses: with the name AWS gives the refusal."""

from __future__ import annotations


class ServiceError(Exception):
    """An error of an AWS service; ``code`` is the name of the exception in AWS's own model.

    ``members`` are further members of the error's shape, such as ``Reason``.
    """

    def __init__(self, code: str, message: str, status: int = 400, **members: object) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.members = members
