"""The ResourceMonitor service: wire in, ``Deployment`` calls, wire out. No decision is made here.

What the engine does not implement is refused with its name. Refusals travel as gRPC errors, which the SDK
raises in the program; the run's real error is the one in the ``StopSignal``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, resource_pb2, resource_pb2_grpc

from greenshift.engine import urn, wire
from greenshift.engine.deployment import Deployment
from greenshift.engine.goal import Goal
from greenshift.engine.program_spec import Program
from greenshift.engine.provider import Provider
from greenshift.engine.stop import StopSignal
from greenshift.errors import EngineError

T = TypeVar("T")

# Only what is implemented: for anything else the SDK then gives its own clear error (DESIGN.md, engine 1).
FEATURES = (resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,)


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    def __init__(
        self, program: Program, deployment: Deployment, provider: Provider, stop: StopSignal, dry_run: bool
    ) -> None:
        self._program = program
        self._deployment = deployment
        self._provider = provider
        self._stop = stop
        self._dry_run = dry_run

    def GetDeploymentInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> Any:
        return resource_pb2.DeploymentInfo(
            project=self._program.project,
            stack=self._program.stack,
            organization="organization",
            config=dict(self._program.config),
            configSecretKeys=sorted(self._program.secret_keys),
            dryRun=self._dry_run,
            supportedFeatures=FEATURES,
        )

    def SupportsFeature(self, request: Any, context: grpc.ServicerContext) -> Any:
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id == "secrets")

    def RegisterResource(self, request: Any, context: grpc.ServicerContext) -> Any:
        def register() -> Any:
            _refuse_unsupported(request)
            registered = self._deployment.register(self._goal(request))
            return resource_pb2.RegisterResourceResponse(
                urn=registered.urn, id=registered.id, object=wire.encode(registered.outputs)
            )

        return self._answer(context, register)

    def RegisterResourceOutputs(self, request: Any, context: grpc.ServicerContext) -> Any:
        def register() -> Any:
            outputs = wire.decode(request.outputs, self._program.directory)
            self._deployment.register_outputs(request.urn, outputs)
            return empty_pb2.Empty()

        return self._answer(context, register)

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        def invoke() -> Any:
            self._stop.check()
            args = wire.decode(request.args, self._program.directory)
            result = wire.encode(self._provider.invoke(request.tok, args))
            return provider_pb2.InvokeResponse(**{"return": result})

        return self._answer(context, invoke)

    def ReadResource(self, request: Any, context: grpc.ServicerContext) -> Any:
        what = (
            "StackReference" if request.type == "pulumi:pulumi:StackReference" else f"reading {request.type}"
        )
        return self._refuse(
            context, f"{what} ({request.name}) is not supported", "pass the value as configuration"
        )

    def Call(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self._refuse(context, f"calling a method of a resource ({request.tok}) is not supported")

    def ExistsResource(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self._refuse(context, f"asking whether {request.type} exists is not supported")

    def RegisterStackTransform(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self._refuse(context, "stack transforms are not supported")

    def RegisterStackInvokeTransform(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self._refuse(context, "invoke transforms are not supported")

    def RegisterResourceHook(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self._refuse(context, "resource hooks are not supported")

    def RegisterErrorHook(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self._refuse(context, "error hooks are not supported")

    def RegisterPackage(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self._refuse(context, f"parameterized packages ({request.name}) are not supported")

    def SignalAndWaitForShutdown(self, request: Any, context: grpc.ServicerContext) -> Any:
        return empty_pb2.Empty()  # no hooks, so the program has nothing to wait for

    def _goal(self, request: Any) -> Goal:
        return Goal(
            urn=urn.make(
                self._program.stack, self._program.project, request.parent, request.type, request.name
            ),
            type=request.type,
            name=request.name,
            custom=request.custom,
            inputs=wire.decode(request.object, self._program.directory),
            parent=request.parent,
            provider_version=request.version,
            dependencies=tuple(sorted(request.dependencies)),
            property_dependencies={
                key: tuple(sorted(value.urns))
                for key, value in sorted(request.propertyDependencies.items())
                if value.urns
            },
            aliases=tuple(request.aliasURNs),
            ignore_changes=tuple(request.ignoreChanges),
            replace_on_changes=tuple(request.replaceOnChanges),
            additional_secret_outputs=tuple(request.additionalSecretOutputs),
            delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
            protect=request.protect,
            retain_on_delete=request.retainOnDelete,
        )

    def _refuse(self, context: grpc.ServicerContext, message: str, hint: str = "") -> Any:
        def refuse() -> Any:
            raise EngineError(message, hint=hint)

        return self._answer(context, refuse)

    def _answer(self, context: grpc.ServicerContext, act: Callable[[], T]) -> T:
        """The edge: whatever goes wrong ends the run, and the program hears why."""
        try:
            return act()
        except EngineError as error:
            self._stop.set(error)
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, error.message)
        except Exception as error:
            self._stop.set(_our_fault(error))
            context.abort(grpc.StatusCode.INTERNAL, f"{type(error).__name__}: {error}")
        raise AssertionError("abort raises")


class InternalError(EngineError):
    """A bug of the engine: the cause carries the traceback."""


def _our_fault(error: Exception) -> InternalError:
    failure = InternalError(f"{type(error).__name__}: {error}", hint="this is a bug in greenshift.engine")
    failure.__cause__ = error
    return failure


def _refuse_unsupported(request: Any) -> None:
    """Options whose absence would change what is created, so they are never ignored.

    ``custom_timeouts`` is let through: it only bounds waiting, and ours is bounded anyway.
    """
    options = {
        "import": request.importId,
        "deleted_with": request.deletedWith,
        "replace_with": list(request.replace_with),
        "transforms": list(request.transforms),
        "state migrations": list(request.state_migrations),
        "resource hooks": request.hooks.ListFields(),
        "replacement_trigger": request.HasField("replacement_trigger"),
        "explicit providers": request.provider or dict(request.providers),
        "remote components": request.remote,
        "parameterized packages": request.packageRef,
    }
    used = [name for name, value in options.items() if value]
    if request.type.startswith("pulumi:providers:"):
        used.append("explicit providers")
    if used:
        raise EngineError(
            f"{request.name} ({request.type}): {used[0]} is not supported by this engine",
            hint="all resources of a local stack go to the one twin",
        )
