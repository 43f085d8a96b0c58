"""Safe, pleasant releases of AWS Lambda functions.

The public names, and only those. Importing this package is cheap: the components (and with them Pulumi)
are loaded when one of their names is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenshift.components.artifact_store import ArtifactStore, ArtifactStoreArgs
    from greenshift.components.build_project import BuildProject, BuildProjectArgs
    from greenshift.components.delivery_pipeline import DeliveryPipeline, DeliveryPipelineArgs
    from greenshift.components.function_args import FunctionArgs
    from greenshift.components.ledger import Ledger, LedgerArgs
    from greenshift.components.release_control import ReleaseControl, ReleaseControlArgs
    from greenshift.components.service_function import ServiceFunction, ServiceFunctionArgs
    from greenshift.components.source_connection import SourceConnection, SourceConnectionArgs
    from greenshift.errors import GreenshiftError
    from greenshift.settings import Settings

__version__ = "0.2.0"

__all__ = [
    "ArtifactStore",
    "ArtifactStoreArgs",
    "BuildProject",
    "BuildProjectArgs",
    "DeliveryPipeline",
    "DeliveryPipelineArgs",
    "FunctionArgs",
    "GreenshiftError",
    "Ledger",
    "LedgerArgs",
    "ReleaseControl",
    "ReleaseControlArgs",
    "ServiceFunction",
    "ServiceFunctionArgs",
    "Settings",
    "SourceConnection",
    "SourceConnectionArgs",
    "__version__",
]

_HOMES = {
    "ArtifactStore": "greenshift.components.artifact_store",
    "ArtifactStoreArgs": "greenshift.components.artifact_store",
    "BuildProject": "greenshift.components.build_project",
    "BuildProjectArgs": "greenshift.components.build_project",
    "DeliveryPipeline": "greenshift.components.delivery_pipeline",
    "DeliveryPipelineArgs": "greenshift.components.delivery_pipeline",
    "FunctionArgs": "greenshift.components.function_args",
    "GreenshiftError": "greenshift.errors",
    "Ledger": "greenshift.components.ledger",
    "LedgerArgs": "greenshift.components.ledger",
    "ReleaseControl": "greenshift.components.release_control",
    "ReleaseControlArgs": "greenshift.components.release_control",
    "ServiceFunction": "greenshift.components.service_function",
    "ServiceFunctionArgs": "greenshift.components.service_function",
    "Settings": "greenshift.settings",
    "SourceConnection": "greenshift.components.source_connection",
    "SourceConnectionArgs": "greenshift.components.source_connection",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
