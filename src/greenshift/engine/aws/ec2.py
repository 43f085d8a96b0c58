"""A network for functions: VPCs, subnets, security groups."""

from __future__ import annotations

from typing import Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Update, keys
from greenshift.engine.aws.fit import tag_map
from greenshift.engine.aws.simple import Kind, entry

_NO_VPC = ("InvalidVpcID.NotFound",)
_NO_SUBNET = ("InvalidSubnetID.NotFound", "InvalidSubnetId.NotFound")
_NO_GROUP = ("InvalidGroup.NotFound", "InvalidGroupId.NotFound")


def _tag(calls: Calls, change: Change) -> None:
    if change.tags_removed:
        names = [{"Key": key} for key in change.tags_removed]
        calls.call("DeleteTags", Resources=[change.id], Tags=names)
    if change.tags_set:
        pairs = [{"Key": key, "Value": value} for key, value in change.tags_set.items()]
        calls.call("CreateTags", Resources=[change.id], Tags=pairs)


_TAGS = Update(keys("tags"), _tag)


def _only(
    calls: Calls, operation: str, member: str, missing: tuple[str, ...], **which: Any
) -> Document | None:
    found = calls.look(operation, *missing, **which)
    return dict(found[member][0]) if found is not None and found[member] else None


def _filters(**values: str) -> dict[str, Any]:
    return {"Filters": [{"Name": name.replace("_", "-"), "Values": [text]} for name, text in values.items()]}


_VPC_ATTRIBUTES = {"enableDnsSupport": "EnableDnsSupport", "enableDnsHostnames": "EnableDnsHostnames"}


def _create_vpc(calls: Calls, inputs: Document) -> Document:
    tenancy = {"InstanceTenancy": inputs["instanceTenancy"]} if inputs.get("instanceTenancy") else {}
    ipv6 = bool(inputs.get("assignGeneratedIpv6CidrBlock"))
    made = calls.call("CreateVpc", CidrBlock=inputs["cidrBlock"], AmazonProvidedIpv6CidrBlock=ipv6, **tenancy)
    change = Change(made["Vpc"]["VpcId"], {}, inputs)
    _set_attributes(calls, change)
    _tag(calls, change)
    return {"_id": change.id}


def _set_attributes(calls: Calls, change: Change) -> None:
    """One attribute a call (API reference: ModifyVpcAttribute)."""
    for key, value in change.changed(frozenset(_VPC_ATTRIBUTES)).items():
        wanted = {"Value": _VPC_DEFAULTS[key] if value is None else bool(value)}
        calls.call("ModifyVpcAttribute", VpcId=change.id, **{_VPC_ATTRIBUTES[key]: wanted})


def _vpc(calls: Calls, inputs: Document, id_: str) -> Document | None:
    which = {"VpcIds": [id_]} if id_ else _filters(cidr=inputs["cidrBlock"])
    found = _only(calls, "DescribeVpcs", "Vpcs", _NO_VPC, **which)
    if found is None or (not id_ and tag_map(found.get("Tags", [])) != (inputs.get("tags") or {})):
        return None
    vpc = found["VpcId"]
    for key, member in _VPC_ATTRIBUTES.items():
        answer = calls.call("DescribeVpcAttribute", VpcId=vpc, Attribute=key)
        found[key] = answer[member]["Value"]
    group = _only(
        calls, "DescribeSecurityGroups", "SecurityGroups", (), **_filters(vpc_id=vpc, group_name="default")
    )
    main = {"vpc-id": vpc, "association.main": "true"}
    filters = [{"Name": name, "Values": [text]} for name, text in main.items()]
    tables = calls.call("DescribeRouteTables", Filters=filters)["RouteTables"]
    found["group"] = group["GroupId"] if group else None
    found["table"] = tables[0]["RouteTableId"] if tables else None
    return found | {"region": calls.region}


_VPC_DEFAULTS = {"enableDnsSupport": True, "enableDnsHostnames": False}
VPC = entry(
    Kind(
        token="aws:ec2/vpc:Vpc",
        service="ec2",
        describe=_vpc,
        id="VpcId",
        key=lambda inputs, id_: {"VpcId": id_},
        create=_create_vpc,
        delete="DeleteVpc",
        gone=_NO_VPC,
        fixed="cidrBlock instanceTenancy assignGeneratedIpv6CidrBlock",
        extra=(Update(keys("enableDnsSupport enableDnsHostnames"), _set_attributes), _TAGS),
        outputs={
            "arn": lambda told: f"arn:aws:ec2:{told['region']}:{told.get('OwnerId', '')}:vpc/{told['VpcId']}",
            "ownerId": "OwnerId",
            "defaultSecurityGroupId": "group",
            "defaultRouteTableId": "table",
            "mainRouteTableId": "table",
        },
        defaults={**_VPC_DEFAULTS, "instanceTenancy": "default"},
        observe=lambda told: {
            "cidrBlock": told["CidrBlock"],
            "instanceTenancy": told.get("InstanceTenancy"),
            "enableDnsSupport": told["enableDnsSupport"],
            "enableDnsHostnames": told["enableDnsHostnames"],
            "tags": tag_map(told.get("Tags", [])),
        },
    )
)


def _create_subnet(calls: Calls, inputs: Document) -> Document:
    members = {"vpcId": "VpcId", "cidrBlock": "CidrBlock", "availabilityZone": "AvailabilityZone"}
    given = {member: inputs[key] for key, member in members.items() if inputs.get(key)}
    change = Change(calls.call("CreateSubnet", **given)["Subnet"]["SubnetId"], {}, inputs)
    if inputs.get("mapPublicIpOnLaunch"):
        _set_public(calls, change)
    _tag(calls, change)
    return {"_id": change.id}


def _set_public(calls: Calls, change: Change) -> None:
    wanted = {"Value": bool(change.new.get("mapPublicIpOnLaunch"))}
    calls.call("ModifySubnetAttribute", SubnetId=change.id, MapPublicIpOnLaunch=wanted)


def _subnet(calls: Calls, inputs: Document, id_: str) -> Document | None:
    by_place = {"vpc_id": inputs.get("vpcId", ""), "cidr_block": inputs.get("cidrBlock", "")}
    which = {"SubnetIds": [id_]} if id_ else _filters(**by_place)
    return _only(calls, "DescribeSubnets", "Subnets", _NO_SUBNET, **which)


SUBNET = entry(
    Kind(
        token="aws:ec2/subnet:Subnet",
        service="ec2",
        describe=_subnet,
        id="SubnetId",
        key=lambda inputs, id_: {"SubnetId": id_},
        create=_create_subnet,
        delete="DeleteSubnet",
        gone=_NO_SUBNET,
        fixed="vpcId cidrBlock availabilityZone",
        extra=(Update(keys("mapPublicIpOnLaunch"), _set_public), _TAGS),
        outputs={
            "arn": "SubnetArn",
            "ownerId": "OwnerId",
            "availabilityZone": "AvailabilityZone",
            "availabilityZoneId": "AvailabilityZoneId",
        },
        defaults={"mapPublicIpOnLaunch": False},
        observe=lambda told: {
            "vpcId": told["VpcId"],
            "cidrBlock": told["CidrBlock"],
            "availabilityZone": told["AvailabilityZone"],
            "mapPublicIpOnLaunch": told.get("MapPublicIpOnLaunch"),
            "tags": tag_map(told.get("Tags", [])),
        },
        shared="availabilityZone",
    )
)


def _permission(rule: Document) -> Document:
    """One rule of Pulumi's as EC2 has it; a protocol of all (-1) has no ports."""
    protocol = str(rule["protocol"])
    found: Document = {"IpProtocol": protocol}
    if protocol != "-1":
        found |= {"FromPort": int(rule.get("fromPort") or 0), "ToPort": int(rule.get("toPort") or 0)}
    note = {"Description": rule["description"]} if rule.get("description") else {}
    lists = (
        ("IpRanges", "CidrIp", "cidrBlocks"),
        ("Ipv6Ranges", "CidrIpv6", "ipv6CidrBlocks"),
        ("PrefixListIds", "PrefixListId", "prefixListIds"),
        ("UserIdGroupPairs", "GroupId", "securityGroups"),
    )
    for member, inner, key in lists:
        if rule.get(key):
            found[member] = [{inner: each, **note} for each in rule[key]]
    return found


def _rule(permission: Document, group: str) -> Document:
    """The other way round, without what is empty."""
    pairs = [each["GroupId"] for each in permission.get("UserIdGroupPairs", [])]
    found = {
        "protocol": permission["IpProtocol"],
        "fromPort": permission.get("FromPort", 0),
        "toPort": permission.get("ToPort", 0),
        "cidrBlocks": [each["CidrIp"] for each in permission.get("IpRanges", [])],
        "ipv6CidrBlocks": [each["CidrIpv6"] for each in permission.get("Ipv6Ranges", [])],
        "securityGroups": [each for each in pairs if each != group],
        "self": group in pairs,
        "description": next((each.get("Description") for each in permission.get("IpRanges", [])), None),
    }
    return {key: value for key, value in found.items() if value is not False and value not in (None, [])}


def _with_self(rules: Any, group: str) -> list[Document]:
    return [
        {**rule, "securityGroups": [*(rule.get("securityGroups") or []), group]} if rule.get("self") else rule
        for rule in rules or []
    ]


_SIDES = {"ingress": "Ingress", "egress": "Egress"}


def _create_group(calls: Calls, inputs: Document) -> Document:
    vpc = {"VpcId": inputs["vpcId"]} if inputs.get("vpcId") else {}
    description = inputs.get("description") or _MANAGED
    made = calls.call("CreateSecurityGroup", GroupName=inputs["name"], Description=description, **vpc)
    change = Change(made["GroupId"], {}, inputs)
    _set_rules(calls, change)
    _tag(calls, change)
    return {"_id": change.id}


_MANAGED = "Managed by Pulumi"  # [pulumi-aws: SecurityGroup]


def _set_rules(calls: Calls, change: Change) -> None:
    """From what is there to what is wanted; AWS's own rule of a new group (all may go out) goes, too."""
    there = _group(calls, change.new, change.id) or {}
    for key, side in _SIDES.items():
        if (
            change.new.get(key) is None
            and change.old.get(key) is None
            and not (key == "egress" and not change.old)
        ):
            continue
        wanted = [_permission(rule) for rule in _with_self(change.new.get(key), change.id)]
        now = [
            _permission(rule)
            for rule in _with_self(
                [_rule(each, change.id) for each in there.get(_MEMBERS[key], [])], change.id
            )
        ]
        gone = [each for each in now if each not in wanted]
        new = [each for each in wanted if each not in now]
        if gone:
            calls.call(f"RevokeSecurityGroup{side}", GroupId=change.id, IpPermissions=gone)
        if new:
            calls.call(f"AuthorizeSecurityGroup{side}", GroupId=change.id, IpPermissions=new)


_MEMBERS = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}


def _group(calls: Calls, inputs: Document, id_: str) -> Document | None:
    vpc = {"vpc_id": inputs["vpcId"]} if inputs.get("vpcId") else {}
    which = {"GroupIds": [id_]} if id_ else _filters(group_name=inputs["name"], **vpc)
    return _only(calls, "DescribeSecurityGroups", "SecurityGroups", _NO_GROUP, **which)


def _observe_group(told: Document) -> Document:
    rules = {
        key: [_rule(each, told["GroupId"]) for each in told.get(member, [])]
        for key, member in _MEMBERS.items()
    }
    return {
        "name": told["GroupName"],
        "description": told["Description"],
        "vpcId": told.get("VpcId"),
        "tags": tag_map(told.get("Tags", [])),
        **rules,
    }


SECURITY_GROUP = entry(
    Kind(
        token="aws:ec2/securityGroup:SecurityGroup",
        service="ec2",
        describe=_group,
        id="GroupId",
        key=lambda inputs, id_: {"GroupId": id_},
        create=_create_group,
        delete="DeleteSecurityGroup",
        gone=_NO_GROUP,
        fixed="description vpcId",
        extra=(Update(keys("ingress egress"), _set_rules), _TAGS),
        kept="revokeRulesOnDelete",
        outputs={
            "arn": "SecurityGroupArn",
            "ownerId": "OwnerId",
            "vpcId": "VpcId",
        },
        defaults={"description": _MANAGED, "revokeRulesOnDelete": False},
        observe=_observe_group,
        shared="ingress egress vpcId",
        name="name",
        longest_name=255,
        prefixed=True,
        identity=("name", "vpcId"),
    )
)

ENTRIES = (VPC, SUBNET, SECURITY_GROUP)
