"""The one door: how the twin's services reach each other, and moto.

HTTP requests and internal calls meet here, so that what is checked and recorded for one is checked and
recorded for the other, and no service has a private way to another.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from greenshift.twin.callers.environments import Environment, Find, nowhere
from greenshift.twin.callers.principal import Principal, Session
from greenshift.twin.callers.sessions import Sessions, require_trust
from greenshift.twin.clock import Clock
from greenshift.twin.faults import codes
from greenshift.twin.faults.faults import Faults
from greenshift.twin.faults.model import Call, NoAnswer
from greenshift.twin.faults.perform import Answer, Perform
from greenshift.twin.iam import written
from greenshift.twin.iam.guard import Guard
from greenshift.twin.moto import Moto, pretended
from greenshift.twin.service import CallContext, Service, ServiceError

_KEPT_CALLS = 50_000


def _no_error(_: object) -> str:
    """What a service of ours refuses, it raises."""
    return ""


@dataclass(frozen=True)
class CallRecord:
    """One call as CloudTrail would note it."""

    time: float
    principal: str
    service: str
    operation: str
    error: str = ""
    function: str = ""
    """The Lambda function that made the call over HTTP, where one did."""


class Door:
    """Dispatches every call to our services or to moto."""

    kept: ClassVar[tuple[str, ...]] = ("calls",)

    def __init__(
        self, *, services: Mapping[str, Service], moto: Moto, sessions: Sessions, clock: Clock,
        account: str, region: str, endpoint: str, guard: Guard | None = None,
        find_environment: Find = nowhere,
    ) -> None:  # fmt: skip
        self._guard = guard
        self._services = services
        self._moto = moto
        self._sessions = sessions
        self._clock = clock
        self._account = account
        self._region = region
        self._endpoint = endpoint
        self._find_environment = find_environment
        self.faults = Faults()
        self.calls: deque[CallRecord] = deque(maxlen=_KEPT_CALLS)
        self.in_flight = 0
        self.observers: list[Callable[[str, str, Mapping[str, Any]], None]] = []
        """Told of every call moto performed: service, operation, parameters."""

    async def call(
        self,
        principal: Principal,
        service: str,
        operation: str,
        parameters: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        try:
            return await self._call(principal, service, operation, parameters or {})
        except NoAnswer:
            # Between services of AWS nobody hangs: the caller's own client gives up and says so.
            raise codes.unanswered() from None

    async def _call(
        self, principal: Principal, service: str, operation: str, parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        ours = self._services.get(service)
        if ours is not None:
            return await self.dispatch(self.context(principal), ours, operation, dict(parameters))
        call = Call(principal, service, operation, lambda: parameters)
        return await self.recorded(call, lambda: self._call_moto(call, parameters))

    async def _call_moto(self, call: Call, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if (why := pretended.reason(call.service, call.operation)) is not None:
            text = f"the twin does not serve {call.service} {call.operation}: {why}"
            raise ServiceError("NotImplementedException", text, 501)
        await self.admit(call.principal, call.service, call.operation, parameters)
        written.check(call.service, call.operation, parameters)
        key = self._sessions.access_key(call.principal) or self._account
        response = await self._moto.call(call.service, call.operation, parameters, key)
        self.performed(call.service, call.operation, parameters)
        if (call.service, call.operation) == ("sts", "AssumeRole"):
            self._sessions.learn(response["Credentials"]["AccessKeyId"], parameters)
        return response

    async def admit(
        self, principal: Principal, service: str, operation: str, parameters: Mapping[str, Any]
    ) -> None:
        """Raise what AWS answers to a role that may not do this."""
        if self._guard is not None and principal.kind == "role":
            await self._guard.admit(principal, service, operation, parameters)

    def performed(self, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        """Whatever was known of policies may be out of date now."""
        if self._guard is not None:
            self._guard.written(service, operation)
        for observe in self.observers:
            observe(service, operation, parameters)
        if service == "iam" and operation in ("DeleteRole", "UpdateAssumeRolePolicy"):
            self._sessions.forget_role(str(parameters.get("RoleName", "")))

    async def dispatch(
        self, context: CallContext, service: Service, operation: str, request: dict[str, Any]
    ) -> dict[str, Any]:
        """Perform an operation of one of our services, however the call came."""
        call = Call(context.principal, service.name, operation, lambda: request, context.environment)

        async def perform() -> dict[str, Any]:
            await self.admit(context.principal, service.name, operation, request)
            written.check(service.name, operation, request)
            return await service.perform(context, operation, request)

        return await self.recorded(call, perform)

    async def recorded(
        self, call: Call, perform: Perform[Answer], error_of: Callable[[Answer], str] = _no_error
    ) -> Answer:
        """Perform a call as the faults that are set will have it, and note how it ended."""
        self.in_flight += 1
        try:
            answer = await self.faults.around(call, perform)
        except ServiceError as error:
            self.record(call, error.code)
            raise
        except NoAnswer:
            self.record(call, "NoAnswer")
            raise
        finally:
            self.in_flight -= 1
        self.record(call, error_of(answer))
        return answer

    def context(self, principal: Principal, environment: Environment | None = None) -> CallContext:
        return CallContext(principal, self._account, self._region, str(uuid.uuid4()), environment=environment)

    def environment(self, trace_id: str) -> Environment | None:
        """Where a call came from that carries this trace header; None when no function made it."""
        return self._find_environment(trace_id) if trace_id else None

    def record(self, call: Call, error: str = "") -> None:
        function = call.environment.function if call.environment else ""
        self.calls.append(
            CallRecord(self._clock.time(), call.principal.arn, call.service, call.operation, error, function)
        )

    async def assume_role(self, role_arn: str, session_name: str, service: str) -> Session:
        known = self._sessions.find(role_arn, session_name, service)
        if known is not None:
            return known
        caller = Principal.service(service)
        await self._require_role(caller, role_arn, service)
        # A session's name has at least two characters (STS API reference: AssumeRole).
        parameters = {"RoleArn": role_arn, "RoleSessionName": session_name.ljust(2, "-")}
        response = await self.call(caller, "sts", "AssumeRole", parameters)
        credentials = response["Credentials"]
        session = Session(
            principal=Principal("role", role_arn, session_name),
            access_key_id=credentials["AccessKeyId"],
            secret_access_key=credentials["SecretAccessKey"],
            session_token=credentials["SessionToken"],
            region=self._region,
            endpoint=self._endpoint,
        )
        self._sessions.remember(role_arn, service, session)
        return session

    async def _require_role(self, caller: Principal, role_arn: str, service: str) -> None:
        """moto's STS assumes roles that do not exist, and for anyone; AWS does neither."""
        try:
            name = {"RoleName": role_arn.rsplit("/", 1)[-1]}
            role = (await self.call(caller, "iam", "GetRole", name))["Role"]
        except ServiceError as error:
            if error.code != "NoSuchEntity":
                raise
            message = f"{service} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
            raise ServiceError("AccessDenied", message, 403) from None
        require_trust(role, role_arn, service, self._account)
