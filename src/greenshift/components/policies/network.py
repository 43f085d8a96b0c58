"""What Lambda needs of a function's role to keep its network interfaces in a VPC.

A policy of ours: AWSLambdaENIManagementAccess lacks ``ec2:DescribeSubnets``, and with
AWSLambdaVPCAccessExecutionRole a function could make log groups. The six actions are those of Lambda's
developer guide ("Attaching Lambda functions to a VPC").
"""

from __future__ import annotations

from greenshift.contract.arns import Arns
from greenshift.contract.names import Names
from greenshift.contract.policies import Statement, write_policy

# EC2 knows no resource for these two (service authorization reference).
_LOOK = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets")
_CHANGE = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
)


def network_policy(names: Names, arns: Arns) -> str:
    """Lambda acts with the function's role; the function's own code is denied the same (developer guide)."""
    return write_policy(
        Statement(sid="SeeNetwork", actions=_LOOK, resources=["*"]),
        # A shared subnet belongs to another account.
        Statement(sid="Network", actions=_CHANGE, resources=[arns.in_any_account("ec2")]),
        Statement(
            sid="NotFromCode",
            effect="Deny",
            actions=[*_LOOK, *_CHANGE],
            resources=["*"],
            condition={"ArnLike": {"lambda:SourceFunctionArn": arns.function(f"{names.base}-*")}},
        ),
    )
