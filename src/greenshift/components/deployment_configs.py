"""Which deployment config a strategy needs: AWS's own where there is one, else one of the stack's.

Custom configs are account-wide, immutable and limited in number, so a stack has one per strategy, however
many functions use it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from greenshift.contract.names import Names
from greenshift.rollout.strategy import (
    AllAtOnce,
    Canary,
    Linear,
    Strategy,
    predefined_config,
    text,
)

if TYPE_CHECKING:
    from pulumi_aws.codedeploy import DeploymentConfigTrafficRoutingConfigArgsDict

ALL_AT_ONCE = "CodeDeployDefault.LambdaAllAtOnce"


def config_names(names: Names, strategies: Iterable[Strategy]) -> dict[Strategy, str]:
    """The deployment config for each strategy."""
    return {each: _config_name(names, each) for each in strategies}


def custom_configs(names: Names, strategies: Iterable[Strategy]) -> dict[str, Strategy]:
    """The configs that must be created: name and strategy, each once."""
    return {_config_name(names, each): each for each in strategies if predefined_config(each) is None}


def traffic_routing(strategy: Strategy) -> DeploymentConfigTrafficRoutingConfigArgsDict:
    match strategy:
        case Canary(percentage, minutes):
            return {
                "type": "TimeBasedCanary",
                "time_based_canary": {"percentage": percentage, "interval": minutes},
            }
        case Linear(percentage, minutes):
            return {
                "type": "TimeBasedLinear",
                "time_based_linear": {"percentage": percentage, "interval": minutes},
            }
        case AllAtOnce():
            return {"type": "AllAtOnce"}


def _config_name(names: Names, strategy: Strategy) -> str:
    return predefined_config(strategy) or names.deployment_config(text(strategy))
