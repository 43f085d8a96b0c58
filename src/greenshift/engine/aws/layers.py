"""Lambda layers: a version is immutable, so every change is a new one; and who else may use one."""

from __future__ import annotations

import json

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.fit import fit
from greenshift.engine.aws.simple import Kind, entry
from greenshift.engine.properties import assets
from greenshift.engine.properties.values import Archive, Asset
from greenshift.errors import EngineError

_NONE = ("ResourceNotFoundException",)


def _publish(calls: Calls, inputs: Document) -> Document:
    about = ("description", "licenseInfo", "compatibleRuntimes", "compatibleArchitectures")
    wanted = {key: inputs[key] for key in about if inputs.get(key)}
    parameters = fit(calls.model("PublishLayerVersion").input_shape, wanted, {})
    made = calls.call(
        "PublishLayerVersion", LayerName=inputs["layerName"], Content=_content(inputs), **parameters
    )
    return {"_id": made["LayerVersionArn"]}


def _content(inputs: Document) -> Document:
    code = inputs.get("code")
    if isinstance(code, Archive):
        return {"ZipFile": assets.archive_bytes(code)}
    if isinstance(code, Asset):
        return {"ZipFile": assets.asset_bytes(code)}
    if not inputs.get("s3Bucket"):
        raise EngineError("a layer needs code, or s3_bucket and s3_key")
    members = {"s3Bucket": "S3Bucket", "s3Key": "S3Key", "s3ObjectVersion": "S3ObjectVersion"}
    return {member: inputs[key] for key, member in members.items() if inputs.get(key)}


def _version(calls: Calls, inputs: Document, id_: str) -> Document | None:
    arn = id_
    if not arn:
        found = calls.call("ListLayerVersions", LayerName=inputs["layerName"])["LayerVersions"]
        arn = found[0]["LayerVersionArn"] if found else ""
    return calls.look("GetLayerVersionByArn", *_NONE, Arn=arn) if arn else None


def _delete(calls: Calls, inputs: Document, id_: str) -> None:
    if not inputs.get("skipDestroy"):
        name, number = id_.split(":")[-2:]
        calls.look("DeleteLayerVersion", *_NONE, LayerName=name, VersionNumber=int(number))


LAYER_VERSION = entry(
    Kind(
        token="aws:lambda/layerVersion:LayerVersion",
        service="lambda",
        describe=_version,
        id="LayerVersionArn",
        key=lambda inputs, id_: {},
        create=_publish,
        delete=_delete,
        fixed="layerName code s3Bucket s3Key s3ObjectVersion sourceCodeHash description licenseInfo "
        "compatibleRuntimes compatibleArchitectures",
        kept="skipDestroy",
        outputs={
            "arn": "LayerVersionArn",
            "layerArn": "LayerArn",
            "version": lambda told: str(told["Version"]),
            "createdDate": "CreatedDate",
            "codeSha256": "Content.CodeSha256",
            "sourceCodeSize": "Content.CodeSize",
        },
        defaults={"skipDestroy": False},
        observe=lambda told: {
            "layerName": told["LayerArn"].rpartition(":")[2],
            "description": told.get("Description"),
            "licenseInfo": told.get("LicenseInfo"),
            "compatibleRuntimes": told.get("CompatibleRuntimes"),
            "compatibleArchitectures": told.get("CompatibleArchitectures"),
        },
        identity=("layerName", "code", "s3Key", "description"),
    )
)


def _where(inputs: Document, id_: str) -> Document:
    """``layer,version``, as the provider has its id."""
    name, _, number = id_.rpartition(",") if "," in id_ else ("", "", "")
    name = name or str(inputs["layerName"])
    return {"LayerName": name, "VersionNumber": int(number or inputs["versionNumber"])}


def _allow(calls: Calls, inputs: Document) -> Document:
    organization = {"OrganizationId": inputs["organizationId"]} if inputs.get("organizationId") else {}
    calls.call(
        "AddLayerVersionPermission",
        **_where(inputs, ""),
        StatementId=inputs["statementId"],
        Action=inputs["action"],
        Principal=inputs["principal"],
        **organization,
    )
    return {"_id": f"{inputs['layerName']},{inputs['versionNumber']}"}


def _statement(calls: Calls, inputs: Document, id_: str) -> Document | None:
    where = _where(inputs, id_)
    found = calls.look("GetLayerVersionPolicy", *_NONE, **where)
    if found is None:
        return None
    statements = json.loads(found["Policy"])["Statement"]
    wanted = inputs.get("statementId")
    statement = next((each for each in statements if wanted in (None, each["Sid"])), None)
    return {**where, "statement": statement, "policy": found["Policy"]} if statement else None


def _observe(told: Document) -> Document:
    statement = told["statement"]
    principal = statement["Principal"]
    condition = statement.get("Condition", {}).get("StringEquals", {})
    return {
        "layerName": told["LayerName"],
        "versionNumber": told["VersionNumber"],
        "statementId": statement["Sid"],
        "action": statement["Action"],
        "principal": principal if isinstance(principal, str) else principal["AWS"].split(":")[4],
        "organizationId": condition.get("aws:PrincipalOrgID"),
    }


def _forbid(calls: Calls, inputs: Document, id_: str) -> None:
    where = _where(inputs, id_)
    calls.look("RemoveLayerVersionPermission", *_NONE, **where, StatementId=inputs["statementId"])


LAYER_PERMISSION = entry(
    Kind(
        token="aws:lambda/layerVersionPermission:LayerVersionPermission",
        service="lambda",
        describe=_statement,
        id=lambda told: f"{told['LayerName']},{told['VersionNumber']}",
        key=_where,
        create=_allow,
        delete=_forbid,
        fixed="layerName versionNumber statementId action principal organizationId",
        kept="skipDestroy",
        defaults={"skipDestroy": False},
        outputs={"policy": "policy"},
        observe=_observe,
        identity=("layerName", "versionNumber", "statementId"),
    )
)

ENTRIES = (LAYER_VERSION, LAYER_PERMISSION)
