"""Pulumi's ``ResourceProvider`` service: wire in, ``Resources`` in between, wire out. It decides nothing.

A refusal travels as a gRPC error, which the CLI shows below the resource. [Pulumi: provider.proto]
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from greenshift.engine.aws.calls import Stop
from greenshift.engine.aws.provider import AwsProvider
from greenshift.engine.events import PropertyChange
from greenshift.engine.plugin import configuration, schema, sdk
from greenshift.engine.plugin.configuration import Configuration
from greenshift.engine.plugin.instances import Instance, Instances
from greenshift.engine.plugin.resources import HalfMade, Naming, Resources
from greenshift.engine.plugin.telling import Engines
from greenshift.engine.properties import diff, wire
from greenshift.engine.properties.values import Properties, Value
from greenshift.engine.provider import Found, PropertyError
from greenshift.errors import EngineError, GreenshiftError

T = TypeVar("T")

_log = logging.getLogger(__name__)

_HANDLERS = 32  # calls at once; the CLI's engine asks for as many as its --parallel, 16 by default
_LARGEST_MESSAGE = 400 * 1024 * 1024  # the CLI's own limit
_KINDS = {"add": "ADD", "remove": "DELETE", "change": "UPDATE"}


@dataclass(frozen=True)
class Place:
    """Where resources are created, and the project whose relative paths are meant.

    ``stand_ins``: what is not there is kept in the state and told, instead of refused.
    """

    endpoint: str
    region: str
    directory: Path
    stand_ins: bool = True

    def provider(self, configured: Configuration, stop: Stop) -> AwsProvider:
        return AwsProvider(
            self.endpoint,
            configured.region,
            credentials=configured.credentials,
            default_tags=configured.default_tags,
            stop=stop,
            stand_ins=self.stand_ins,
        )


class Plugin(provider_pb2_grpc.ResourceProviderServicer):
    """One provider process, for all programs that attach to it."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._instances = Instances(place.provider)
        self._engines = Engines()

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._engines.attached(context.peer(), request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True, accept_resources=True, supports_autonaming_configuration=True
        )

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._engines.attached(context.peer(), request.address)
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=sdk.expected_version(self._place.directory))

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        return _answer(
            context,
            lambda: provider_pb2.GetSchemaResponse(
                schema=schema.document(sdk.expected_version(self._place.directory))
            ),
        )

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        wrong = configuration.failures(self._decode(request.news))
        return provider_pb2.CheckResponse(
            inputs=request.news,
            failures=[provider_pb2.CheckFailure(property=each.key, reason=each.reason) for each in wrong],
        )

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        old, new = self._decode(request.old_inputs), self._decode(request.news)
        changed = diff.changed_keys(old, new)
        return provider_pb2.DiffResponse(
            changes=_changes(bool(changed)), diffs=changed, replaces=configuration.replaced(old, new)
        )

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        def configure() -> Any:
            configured = configuration.parse(self._decode(request.args), self._place.region)
            self._instances.configure(context.peer(), configured)
            return provider_pb2.ConfigureResponse(
                acceptSecrets=True,
                supportsPreview=True,
                acceptResources=True,
                supports_autonaming_configuration=True,
            )

        return _answer(context, configure)

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        def check() -> Any:
            old, new = self._decode(request.olds), self._decode(request.news)
            try:
                inputs, told = self._resources(context).check(request.urn, old, new, _naming(request))
            except PropertyError as error:
                failure = provider_pb2.CheckFailure(property=error.key, reason=_told(error))
                return provider_pb2.CheckResponse(inputs=request.news, failures=[failure])
            for line in told:
                self._engines.warn(context.peer(), request.urn, line)
            return provider_pb2.CheckResponse(inputs=wire.encode(inputs))

        return _answer(context, check)

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        def compare() -> Any:
            old = self._old_inputs(request)
            new = diff.ignored(old, self._decode(request.news), tuple(request.ignoreChanges))
            found = self._resources(context).diff(request.urn, old, new)
            return provider_pb2.DiffResponse(
                changes=_changes(bool(found.changes)),
                diffs=found.properties,
                replaces=found.replaces,
                deleteBeforeReplace=found.delete_first,
                detailedDiff={each.path: _detail(each) for each in found.changes},
                hasDetailedDiff=True,
            )

        return _answer(context, compare)

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        def create() -> Any:
            inputs = self._decode(request.properties)
            found = self._resources(context).create(request.urn, inputs, preview=request.preview)
            return provider_pb2.CreateResponse(id=found.id, properties=wire.encode(found.outputs))

        return _answer(context, create)

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        def read() -> Any:
            inputs, outputs = self._decode(request.inputs), self._decode(request.properties)
            seen = self._resources(context).read(request.urn, request.id, inputs, outputs)
            if seen is None:
                return provider_pb2.ReadResponse()
            found, made_by = seen
            return provider_pb2.ReadResponse(
                id=found.id, properties=wire.encode(found.outputs), inputs=wire.encode(made_by)
            )

        return _answer(context, read)

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        def update() -> Any:
            old, outputs = self._old_inputs(request), self._decode(request.olds)
            new = diff.ignored(old, self._decode(request.news), tuple(request.ignoreChanges))
            found = self._resources(context).update(
                request.urn, request.id, outputs, old, new, preview=request.preview
            )
            return provider_pb2.UpdateResponse(properties=wire.encode(found.outputs))

        return _answer(context, update)

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        def delete() -> Any:
            outputs = self._decode(request.properties)
            inputs = self._decode(request.old_inputs) or outputs
            self._resources(context).delete(request.urn, request.id, outputs, inputs)
            return empty_pb2.Empty()

        return _answer(context, delete)

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        def invoke() -> Any:
            result = self._instance(context).aws.invoke(request.tok, self._decode(request.args))
            return provider_pb2.InvokeResponse(**{"return": wire.encode(result)})

        return _answer(context, invoke)

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._instances.cancel(context.peer())
        return empty_pb2.Empty()

    def _decode(self, struct: Any) -> dict[str, Value]:
        return wire.decode(struct, self._place.directory)

    def _old_inputs(self, request: Any) -> Properties:
        return self._decode(request.old_inputs)

    def _instance(self, context: grpc.ServicerContext) -> Instance:
        return self._instances.of(context.peer())

    def _resources(self, context: grpc.ServicerContext) -> Resources:
        return Resources(self._instance(context).aws)


def _changes(is_changed: bool) -> Any:
    return provider_pb2.DiffResponse.DIFF_SOME if is_changed else provider_pb2.DiffResponse.DIFF_NONE


def _detail(change: PropertyChange) -> Any:
    kind = f"{_KINDS[change.kind]}{'_REPLACE' if change.replaces else ''}"
    return provider_pb2.PropertyDiff(kind=provider_pb2.PropertyDiff.Kind.Value(kind), inputDiff=True)


def _naming(request: Any) -> Naming:
    options = request.autonaming
    modes = provider_pb2.CheckRequest.AutonamingOptions
    return Naming(
        seed=request.randomSeed,
        proposed=options.proposed_name,
        is_fixed=options.mode == modes.ENFORCE,
        is_off=options.mode == modes.DISABLE,
    )


def _answer(context: grpc.ServicerContext, act: Callable[[], T]) -> T:
    """The edge: what goes wrong is told to the engine, which shows it below the resource."""
    try:
        return act()
    except HalfMade as error:
        _tell_half_made(context, error.found, error)
    except GreenshiftError as error:
        context.abort(grpc.StatusCode.UNKNOWN, _told(error))
    except Exception as error:
        _log.exception("a bug in %s", __name__)
        context.abort(grpc.StatusCode.INTERNAL, f"{type(error).__name__}: {error} (a bug in Greenshift)")
    raise AssertionError("abort raises")


def _told(error: GreenshiftError) -> str:
    return f"{error.message}; {error.hint}" if error.hint else error.message


def _tell_half_made(context: grpc.ServicerContext, found: Found, error: EngineError) -> None:
    """The resource goes into the state with the reason, and the next `up` goes on from there."""
    half = provider_pb2.ErrorResourceInitFailed(
        id=found.id, properties=wire.encode(found.outputs), reasons=[_told(error)]
    )
    detail = any_pb2.Any()
    detail.Pack(half)
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=_told(error), details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, _told(error))


@contextmanager
def serving(place: Place, port: int = 0) -> Iterator[int]:
    """The provider on a loopback port (0 takes a free one) until the block ends."""
    options = [
        ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
        ("grpc.max_send_message_length", _LARGEST_MESSAGE),
        ("grpc.so_reuseport", 0),
    ]
    pool = ThreadPoolExecutor(_HANDLERS, thread_name_prefix="provider")
    server = grpc.server(pool, options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Plugin(place), server)
    taken = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    try:
        yield taken
    finally:
        server.stop(grace=None).wait()
        pool.shutdown(wait=True)
