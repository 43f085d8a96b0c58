"""What a service of ours is: a class whose methods are AWS operations.

An operation is a method named as botocore names it (``CreateDeployment`` -> ``create_deployment``), marked
with ``@operation``. Its request is already validated against botocore's model and its response is checked
against the same model, whether the call came over HTTP or through the door.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, TypeVar

import botocore.session
from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

from greenshift.twin.callers.environments import Environment
from greenshift.twin.callers.principal import Principal
from greenshift.twin.errors import ServiceError as ServiceError
from greenshift.twin.snapshot.keeping import Keeper
from greenshift.twin.wire.shapes import check_output, is_large, validation_errors
from greenshift.twin.world import World

Request = dict[str, Any]
Response = dict[str, Any]
Operation = TypeVar("Operation", bound=Callable[..., Any])

_MARK = "__greenshift_operation__"


@dataclass(frozen=True)
class CallContext:
    """What every operation may know about its caller."""

    principal: Principal
    account: str
    region: str
    request_id: str
    environment: Environment | None = None


def operation(method: Operation) -> Operation:
    """Mark a method as the AWS operation of the same name."""
    setattr(method, _MARK, True)
    return method


@cache
def model_loader() -> Loader:
    """Reads botocore's models, once per process: a session of its own would parse megabytes of JSON again."""
    loader: Loader = botocore.session.Session().get_component("data_loader")
    return loader


@cache
def service_model(name: str) -> ServiceModel:
    """Botocore's own model of a service, loaded once per process."""
    session = botocore.session.Session()
    session.register_component("data_loader", model_loader())
    model: ServiceModel = session.get_service_model(name)
    return model


def protocols_of(name: str) -> set[str]:
    """The protocols a service speaks; raises UnknownServiceError where botocore has no such service."""
    metadata = service_model(name).metadata
    return set(metadata.get("protocols") or [metadata["protocol"]])


@cache
def reads_targets(name: str) -> bool:
    """Whether ``X-Amz-Target`` names the operation, as in the JSON protocols; elsewhere nobody reads it."""
    try:
        return "json" in protocols_of(name)
    except UnknownServiceError:
        return True


async def _aside(is_long: bool, work: Callable[..., None], *arguments: Any) -> None:
    """Pure work that takes long is done in a thread, so that others are served meanwhile."""
    if is_long:
        await asyncio.to_thread(work, *arguments)
    else:
        work(*arguments)


class Service:
    """Base of the services the twin implements itself."""

    name: ClassVar[str]
    validation_error: ClassVar[str] = "ValidationException"
    kept: ClassVar[tuple[str, ...]] = ()
    """The attributes that are state; ``keepers`` are whoever else keeps some."""

    def __init__(self, world: World) -> None:
        self.world = world

    def start(self) -> None:
        """Begin background work, for what there is already as well: a twin may come from a snapshot.

        Called once, on the loop, when all services exist.
        """

    def keepers(self) -> Mapping[str, Keeper]:
        """Who keeps what this service knows, by a name in it."""
        return {}

    @property
    def waiting(self) -> int:
        """How many of the calls under way only wait for something to come, and have done nothing yet."""
        return 0

    def under_way(self) -> list[str]:
        """What would be lost if the twin ended now, and is no task of ``world.tasks``."""
        return []

    async def stop(self) -> None:
        """End everything this service started outside ``world.tasks``."""

    def resources(self) -> list[str]:
        """The ARNs of everything that exists, for the check that nothing is left."""
        return []

    @property
    def model(self) -> ServiceModel:
        return service_model(self.name)

    @classmethod
    def operations(cls) -> list[str]:
        """The API names of the operations implemented, sorted."""
        names = {xform_name(name): name for name in service_model(cls.name).operation_names}
        marked = (n for n, m in inspect.getmembers(cls, inspect.isfunction) if getattr(m, _MARK, False))
        return sorted(names[name] for name in marked)

    async def perform(self, context: CallContext, operation_name: str, request: Request) -> Response:
        """Validate, perform and check one call; raises ServiceError for everything AWS would refuse."""
        model = self._operation_model(operation_name)
        method = self._method(operation_name)
        await _aside(is_large(request), self._validate, model, request)
        result = method(context, request)
        if inspect.isawaitable(result):
            result = await result
        response: Response = result or {}
        await _aside(is_large(response), check_output, model, response)
        return response

    def _operation_model(self, name: str) -> OperationModel:
        if name not in self.model.operation_names:
            raise ServiceError("UnknownOperationException", f"{self.name} has no operation {name}")
        return self.model.operation_model(name)

    def _method(self, name: str) -> Callable[[CallContext, Request], Any]:
        method: Callable[[CallContext, Request], Any] | None = getattr(self, xform_name(name), None)
        if method is None or not getattr(method, _MARK, False):
            raise ServiceError(
                "NotImplementedException", f"the twin does not implement {self.name} {name}", 501
            )
        return method

    def _validate(self, model: OperationModel, request: Request) -> None:
        errors = validation_errors(model.input_shape, request) if model.input_shape else []
        if errors:
            count = f"{len(errors)} validation error{'s' if len(errors) > 1 else ''} detected: "
            raise ServiceError(self.validation_error, count + "; ".join(errors))
