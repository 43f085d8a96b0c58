"""Safe, pleasant releases of AWS Lambda functions.

The public names, and only those. Importing this package is cheap: the components (and with them Pulumi)
are loaded when one of their names is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenshift.components.artifact_store import ArtifactStore
    from greenshift.components.build_project import BuildProject
    from greenshift.components.delivery_pipeline import DeliveryPipeline
    from greenshift.components.ledger import Ledger
    from greenshift.components.release_control import ReleaseControl
    from greenshift.components.service_function import ServiceFunction
    from greenshift.components.source_connection import SourceConnection
    from greenshift.errors import GreenshiftError
    from greenshift.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "ArtifactStore",
    "BuildProject",
    "DeliveryPipeline",
    "GreenshiftError",
    "Ledger",
    "ReleaseControl",
    "ServiceFunction",
    "Settings",
    "SourceConnection",
    "__version__",
]

_HOMES = {
    "ArtifactStore": "greenshift.components.artifact_store",
    "BuildProject": "greenshift.components.build_project",
    "DeliveryPipeline": "greenshift.components.delivery_pipeline",
    "GreenshiftError": "greenshift.errors",
    "Ledger": "greenshift.components.ledger",
    "ReleaseControl": "greenshift.components.release_control",
    "ServiceFunction": "greenshift.components.service_function",
    "Settings": "greenshift.settings",
    "SourceConnection": "greenshift.components.source_connection",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
