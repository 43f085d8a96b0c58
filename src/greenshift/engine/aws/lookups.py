"""Data sources that look at one resource: which type of the table it is, and what it is called by.

    args    argument of the function -> property of the type        id   the argument that is the id

The answer has the arguments, the inputs that would make the resource, and its outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.observed import OBSERVED
from greenshift.engine.aws.table import TABLE
from greenshift.errors import EngineError


@dataclass(frozen=True)
class Lookup:
    type: str
    args: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    more: Mapping[str, str] = field(default_factory=dict)  # result -> output or input it is another name of


_LOOKUPS: Mapping[str, Lookup] = {
    "aws:sqs/getQueue:getQueue": Lookup("aws:sqs/queue:Queue", {"name": "name"}),
    "aws:sns/getTopic:getTopic": Lookup("aws:sns/topic:Topic", {"name": "name"}),
    "aws:s3/getBucket:getBucket": Lookup("aws:s3/bucket:Bucket", {"bucket": "bucket"}),
    "aws:dynamodb/getTable:getTable": Lookup("aws:dynamodb/table:Table", {"name": "name"}),
    "aws:lambda/getFunction:getFunction": Lookup("aws:lambda/function:Function", {"functionName": "name"}),
    "aws:lambda/getAlias:getAlias": Lookup(
        "aws:lambda/alias:Alias", {"functionName": "functionName", "name": "name"}
    ),
    "aws:iam/getRole:getRole": Lookup("aws:iam/role:Role", {"name": "name"}),
    "aws:iam/getPolicy:getPolicy": Lookup("aws:iam/policy:Policy", {"name": "name"}, id="arn"),
    "aws:kms/getAlias:getAlias": Lookup("aws:kms/alias:Alias", {"name": "name"}),
    "aws:kms/getKey:getKey": Lookup(
        "aws:kms/key:Key", id="keyId", more={"enabled": "isEnabled", "customerMasterKeySpec": "keySpec"}
    ),
    "aws:kinesis/getStream:getStream": Lookup("aws:kinesis/stream:Stream", {"name": "name"}),
    "aws:secretsmanager/getSecret:getSecret": Lookup(
        "aws:secretsmanager/secret:Secret", {"name": "name"}, id="arn"
    ),
    "aws:cloudwatch/getLogGroup:getLogGroup": Lookup("aws:cloudwatch/logGroup:LogGroup", {"name": "name"}),
    "aws:cloudwatch/getEventBus:getEventBus": Lookup("aws:cloudwatch/eventBus:EventBus", {"name": "name"}),
    "aws:sfn/getStateMachine:getStateMachine": Lookup("aws:sfn/stateMachine:StateMachine", {"name": "name"}),
    "aws:apigatewayv2/getApi:getApi": Lookup("aws:apigatewayv2/api:Api", id="apiId"),
    "aws:apigateway/getRestApi:getRestApi": Lookup("aws:apigateway/restApi:RestApi", {"name": "name"}),
    "aws:ec2/getVpc:getVpc": Lookup("aws:ec2/vpc:Vpc", {"cidrBlock": "cidrBlock"}, id="id"),
    "aws:ec2/getSubnet:getSubnet": Lookup(
        "aws:ec2/subnet:Subnet", {"vpcId": "vpcId", "cidrBlock": "cidrBlock"}, id="id"
    ),
    "aws:ec2/getSecurityGroup:getSecurityGroup": Lookup(
        "aws:ec2/securityGroup:SecurityGroup", {"name": "name", "vpcId": "vpcId"}, id="id"
    ),
}


def _looked_up(token: str, lookup: Lookup) -> Callable[[Calls, Document], Document]:
    def look(calls: Calls, args: Document) -> Document:
        entry = TABLE[lookup.type]
        there = calls.other(entry.service)
        inputs = {name: args[arg] for arg, name in lookup.args.items() if args.get(arg)}
        id_ = str(args.get(lookup.id) or "") if lookup.id else ""
        if not inputs and not id_:
            wanted = " or ".join([*([lookup.id] if lookup.id else []), *lookup.args])
            raise EngineError(f"{token} needs {wanted}")
        seen = entry.read(there, inputs, id_)
        if seen is None:
            what = id_ or ", ".join(map(str, inputs.values()))
            raise EngineError(f"{token}: there is no {what}", hint="`up` makes what the program declares")
        observe = entry.observe or OBSERVED.get(lookup.type)
        found = (observe(there, seen.id) if observe else None) or {}
        answer = {"tags": {}, **entry.defaults, **inputs, **found, **seen.outputs, "id": seen.id}
        return {**answer, **{name: answer.get(of) for name, of in lookup.more.items()}, **args}

    return look


def _parameter(calls: Calls, args: Document) -> Document:
    there = calls.other("ssm")
    decrypted = args.get("withDecryption") is not False
    found = there.look("GetParameter", "ParameterNotFound", Name=args["name"], WithDecryption=decrypted)
    if found is None:
        raise EngineError(f"ssm.getParameter: there is no parameter {args['name']}")
    has = found["Parameter"]
    plain = {} if has["Type"] == "SecureString" else {"insecureValue": has["Value"]}
    return {
        **args,
        "id": has["Name"],
        "arn": has["ARN"],
        "type": has["Type"],
        "value": has["Value"],
        "insecureValue": "",
        "version": has["Version"],
        **plain,
    }


def _secret_version(calls: Calls, args: Document) -> Document:
    there = calls.other("secretsmanager")
    which = {"VersionId": args["versionId"]} if args.get("versionId") else {}
    stage = args.get("versionStage") or ("" if which else "AWSCURRENT")
    staged = {"VersionStage": stage} if stage else {}
    found = there.look(
        "GetSecretValue", "ResourceNotFoundException", SecretId=args["secretId"], **which, **staged
    )
    if found is None:
        raise EngineError(f"secretsmanager.getSecretVersion: {args['secretId']} has no such version")
    return {
        **args,
        "id": f"{args['secretId']}|{found['VersionId']}",
        "arn": found["ARN"],
        "versionId": found["VersionId"],
        "versionStages": found.get("VersionStages", []),
        "secretString": found.get("SecretString", ""),
        "createdDate": found["CreatedDate"].isoformat(),
    }


def _layer(calls: Calls, args: Document) -> Document:
    there = calls.other("lambda")
    name, number = args["layerName"], args.get("version")
    if not number:
        versions = there.call("ListLayerVersions", LayerName=name)["LayerVersions"]
        if not versions:
            raise EngineError(f"lambda.getLayerVersion: layer {name} has no version")
        number = max(each["Version"] for each in versions)
    found = there.call("GetLayerVersion", LayerName=name, VersionNumber=int(number))
    return {
        **args,
        "id": found["LayerVersionArn"],
        "arn": found["LayerVersionArn"],
        "layerArn": found["LayerArn"],
        "version": found["Version"],
        "description": found.get("Description", ""),
        "licenseInfo": found.get("LicenseInfo", ""),
        "compatibleRuntimes": found.get("CompatibleRuntimes", []),
        "compatibleArchitectures": found.get("CompatibleArchitectures", []),
        "codeSha256": found["Content"]["CodeSha256"],
        "sourceCodeSize": found["Content"]["CodeSize"],
        "createdDate": found["CreatedDate"],
    }


def _zones(calls: Calls, args: Document) -> Document:
    zones = calls.other("ec2").call("DescribeAvailabilityZones")["AvailabilityZones"]
    zones = [each for each in zones if args.get("state") in (None, each["State"])]
    zones.sort(key=lambda each: str(each["ZoneName"]))
    return {
        **args,
        "id": calls.region,
        "names": [each["ZoneName"] for each in zones],
        "zoneIds": [each["ZoneId"] for each in zones],
        "groupNames": [calls.region],
    }


def _subnets(calls: Calls, args: Document) -> Document:
    filters = [{"Name": each["name"], "Values": each["values"]} for each in args.get("filters") or []]
    filters += [{"Name": f"tag:{key}", "Values": [value]} for key, value in (args.get("tags") or {}).items()]
    found = calls.other("ec2").call("DescribeSubnets", Filters=filters)["Subnets"]
    ids = sorted(each["SubnetId"] for each in found)
    return {**args, "id": calls.region, "ids": ids, "tags": args.get("tags") or {}}


def _invocation(calls: Calls, args: Document) -> Document:
    """The function is called whenever the program runs, in a preview, too, as with the provider."""
    qualifier = args.get("qualifier") or "$LATEST"
    answer = calls.other("lambda").call(
        "Invoke", FunctionName=args["functionName"], Qualifier=qualifier, Payload=args["input"].encode()
    )
    payload = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        raise EngineError(f"lambda.getInvocation: {args['functionName']} failed: {payload}")
    return {**args, "id": f"{args['functionName']}_{qualifier}", "qualifier": qualifier, "result": payload}


def _arn(calls: Calls, args: Document) -> Document:
    parts = str(args["arn"]).split(":", 5)
    if len(parts) != 6 or parts[0] != "arn":
        raise EngineError(f"getArn: {args['arn']!r} is no ARN")
    names = ("partition", "service", "region", "account", "resource")
    return {**args, "id": args["arn"], **dict(zip(names, parts[1:], strict=True))}


FUNCTIONS: Mapping[str, Callable[[Calls, Document], Document]] = {
    **{token: _looked_up(token, lookup) for token, lookup in _LOOKUPS.items() if lookup.type in TABLE},
    "aws:ssm/getParameter:getParameter": _parameter,
    "aws:secretsmanager/getSecretVersion:getSecretVersion": _secret_version,
    "aws:lambda/getLayerVersion:getLayerVersion": _layer,
    "aws:lambda/getInvocation:getInvocation": _invocation,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:ec2/getSubnets:getSubnets": _subnets,
    "aws:index/getArn:getArn": _arn,
}
"""By the token a program calls them with."""
