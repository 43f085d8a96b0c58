"""A network for functions."""

from __future__ import annotations

from support.pulumi.type_cases.case import Case, Ref

VPC = "aws:ec2/vpc:Vpc"
_WEB = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/16"]}
_OUT = {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}
_NEEDS = {"vpc": (VPC, {"cidrBlock": "10.9.0.0/16", "tags": {"Name": "base"}})}

CASES = (
    Case(
        VPC,
        {"cidrBlock": "10.1.0.0/16", "enableDnsHostnames": True, "tags": {"Name": "one"}},
        {"enableDnsHostnames": False, "tags": {"Name": "two"}},
        {"cidrBlock": "10.2.0.0/16"},
        ("arn", "ownerId", "defaultSecurityGroupId", "mainRouteTableId"),
    ),
    Case(
        "aws:ec2/subnet:Subnet",
        {"vpcId": Ref("vpc"), "cidrBlock": "10.9.1.0/24", "tags": {"Name": "one"}},
        {"mapPublicIpOnLaunch": True, "tags": {"Name": "two"}},
        {"cidrBlock": "10.9.2.0/24", "availabilityZone": "us-east-1b"},
        ("arn", "availabilityZone", "availabilityZoneId"),
        _NEEDS,
    ),
    Case(
        "aws:ec2/securityGroup:SecurityGroup",
        {
            "vpcId": Ref("vpc"),
            "name": "case-group",
            "ingress": [_WEB],
            "egress": [_OUT],
            "tags": {"Name": "one"},
        },
        {"ingress": [{**_WEB, "fromPort": 8443, "toPort": 8443}], "tags": {"Name": "two"}},
        {"description": "another"},
        ("arn", "ownerId"),
        _NEEDS,
    ),
)
