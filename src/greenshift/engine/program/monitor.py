"""The ResourceMonitor service: wire in, ``Deployment`` calls, wire out. No decision is made here.

What the engine does not implement is refused with its name. Refusals travel as gRPC errors, which the SDK
raises in the program; the run's real error is the one in the ``StopSignal``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, resource_pb2, resource_pb2_grpc

from greenshift.engine import urn
from greenshift.engine.program.goal import Goal
from greenshift.engine.program.options import Options
from greenshift.engine.program.program_spec import Program
from greenshift.engine.program.requests import goal_of, refuse_unsupported, source_position
from greenshift.engine.program.transforms import Transforms
from greenshift.engine.properties import wire
from greenshift.engine.state import stack_references
from greenshift.engine.state.stack_references import StackReferences
from greenshift.engine.steps.deployment import Deployment
from greenshift.engine.steps.hooks import Hook, Hooks
from greenshift.engine.steps.providers import Providers
from greenshift.engine.steps.stop import InternalError, StopSignal
from greenshift.errors import EngineError

T = TypeVar("T")

# Only what is implemented: for anything else the SDK then gives its own clear error (DESIGN.md, engine 1).
FEATURES = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
)
_BY_NAME = {
    "secrets", "aliasSpecs", "replacementTrigger", "deletedWith", "replaceWith",
    "transforms", "invokeTransforms", "resourceHooks", "errorHooks",
}  # fmt: skip


@dataclass(frozen=True)
class Parts:
    """Who does what a program asks for."""

    deployment: Deployment
    providers: Providers
    transforms: Transforms
    hooks: Hooks
    references: StackReferences


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    def __init__(self, program: Program, parts: Parts, stop: StopSignal, dry_run: bool) -> None:
        self._program = program
        self._deployment = parts.deployment
        self._providers = parts.providers
        self._transforms = parts.transforms
        self._hooks = parts.hooks
        self._references = parts.references
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
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in _BY_NAME)

    def RegisterResource(self, request: Any, context: grpc.ServicerContext) -> Any:
        def register() -> Any:
            refuse_unsupported(request)
            wanted = self._transforms.registration(request)
            goal = goal_of(wanted, self._program)
            self._transforms.remember(goal.urn, request)
            registered = self._deployment.register(goal)
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
            wanted = self._transforms.invocation(request)
            args = wire.decode(wanted.args, self._program.directory)
            provider = self._providers.of(wanted.provider, wanted.tok.partition(":")[0])
            result = wire.encode(provider.invoke(wanted.tok, args))
            return provider_pb2.InvokeResponse(**{"return": result})

        return self._answer(context, invoke)

    def ReadResource(self, request: Any, context: grpc.ServicerContext) -> Any:
        def refer() -> Any:
            goal = self._looked_for(request)
            outputs = wire.encode(self._references.outputs(str(goal.inputs.get("name") or request.name)))
            return resource_pb2.ReadResourceResponse(urn=goal.urn, id=request.id, properties=outputs)

        if request.type == stack_references.TYPE:
            return self._answer(context, refer)

        def read() -> Any:
            registered = self._deployment.read(self._looked_for(request), request.id)
            return resource_pb2.ReadResourceResponse(
                urn=registered.urn, id=registered.id, properties=wire.encode(registered.outputs)
            )

        return self._answer(context, read)

    def _looked_for(self, request: Any) -> Goal:
        directory = self._program.directory
        return Goal(
            urn=urn.make(
                self._program.stack, self._program.project, request.parent, request.type, request.name
            ),
            type=request.type,
            name=request.name,
            custom=True,
            inputs=wire.decode(request.properties, directory),
            parent=request.parent,
            provider=request.provider,
            provider_version=request.version,
            dependencies=tuple(sorted(request.dependencies)),
            additional_secret_outputs=tuple(request.additionalSecretOutputs),
            options=Options(source_position=source_position(request, directory)),
        )

    def Call(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self._refuse(context, f"calling a method of a resource ({request.tok}) is not supported")

    def ExistsResource(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self._refuse(context, f"asking whether {request.type} exists is not supported")

    def RegisterStackTransform(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._transforms.add_to_stack(request)
        return empty_pb2.Empty()

    def RegisterStackInvokeTransform(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._transforms.add_to_invokes(request)
        return empty_pb2.Empty()

    def RegisterResourceHook(self, request: Any, context: grpc.ServicerContext) -> Any:
        hook = Hook(request.callback, request.on_dry_run, request.ignore_errors)
        return self._answer(context, lambda: self._register_hook(request.name, hook))

    def RegisterErrorHook(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self._answer(context, lambda: self._register_hook(request.name, Hook(request.callback)))

    def _register_hook(self, name: str, hook: Hook) -> Any:
        self._hooks.register(name, hook)
        return empty_pb2.Empty()

    def RegisterPackage(self, request: Any, context: grpc.ServicerContext) -> Any:
        return self._refuse(context, f"parameterized packages ({request.name}) are not supported")

    def SignalAndWaitForShutdown(self, request: Any, context: grpc.ServicerContext) -> Any:
        """The program is through. Its hooks end with it, so what is left to delete is deleted now."""

        def finish() -> Any:
            if self._hooks.are_there:
                self._deployment.delete_leftovers()
            return empty_pb2.Empty()

        return self._answer(context, finish)

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


def _our_fault(error: Exception) -> InternalError:
    failure = InternalError(f"{type(error).__name__}: {error}", hint="this is a bug in greenshift.engine")
    failure.__cause__ = error
    return failure
