"""Layers: publish, describe, list, delete."""

from __future__ import annotations

import json
from typing import Any

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.code_source import read_code
from greenshift.twin.awslambda.layers import LayerVersion
from greenshift.twin.awslambda.model import new_id
from greenshift.twin.awslambda.operations.base import LambdaBase
from greenshift.twin.awslambda.paging import page_of
from greenshift.twin.awslambda.versions import check_revision
from greenshift.twin.awslambda.wire import timestamp
from greenshift.twin.service import CallContext, Request, Response, operation


class LayerOperations(LambdaBase):
    """API reference: PublishLayerVersion and its kin."""

    @operation
    async def publish_layer_version(self, context: CallContext, request: Request) -> Response:
        data = await read_code(self.world.aws, context.principal, request["Content"])
        code = await self.layer_code.add(data)
        version = self.layers.publish(
            _name(request),
            code,
            self.now(),
            description=request.get("Description") or "",
            license=request.get("LicenseInfo") or "",
            runtimes=tuple(request.get("CompatibleRuntimes") or ()),
            architectures=tuple(request.get("CompatibleArchitectures") or ()),
        )
        return self._described(version)

    @operation
    def get_layer_version(self, context: CallContext, request: Request) -> Response:
        return self._described(self.layers.find(_name(request), request["VersionNumber"]))

    @operation
    def get_layer_version_by_arn(self, context: CallContext, request: Request) -> Response:
        name, number = str(request["Arn"]).rsplit(":", 2)[1:]
        return self._described(self.layers.find(name, int(number)))

    @operation
    def list_layer_versions(self, context: CallContext, request: Request) -> Response:
        found = self.layers.versions(_name(request))
        page, marker = page_of(found, _newest_first, request.get("Marker"), request.get("MaxItems"))
        return {"LayerVersions": [_listed(each) for each in page]} | _next(marker)

    @operation
    def list_layers(self, context: CallContext, request: Request) -> Response:
        page, marker = page_of(
            self.layers.names(), lambda name: name, request.get("Marker"), request.get("MaxItems")
        )
        rows = [
            {
                "LayerName": name,
                "LayerArn": self.layers.arn(name),
                "LatestMatchingVersion": _listed(self.layers.versions(name)[0]),
            }
            for name in page
        ]
        return {"Layers": rows} | _next(marker)

    @operation
    def delete_layer_version(self, context: CallContext, request: Request) -> None:
        self.layers.remove(_name(request), request["VersionNumber"])

    @operation
    def add_layer_version_permission(self, context: CallContext, request: Request) -> Response:
        version = self.layers.find(_name(request), request["VersionNumber"])
        policy, sid = version.policy, request["StatementId"]
        check_revision(request.get("RevisionId"), policy.revision_id, "resource policy")
        if sid in policy.statements:
            raise errors.conflict(f"The statement id ({sid}) provided already exists.")
        principal = str(request["Principal"])
        statement: dict[str, Any] = {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": "*" if principal == "*" else {"AWS": f"arn:aws:iam::{principal}:root"},
            "Action": request["Action"],
            "Resource": version.layer.arn,
        }
        if request.get("OrganizationId"):
            statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": request["OrganizationId"]}}
        policy.statements[sid] = statement
        policy.revision_id = new_id()
        return {"Statement": json.dumps(statement), "RevisionId": policy.revision_id}

    @operation
    def remove_layer_version_permission(self, context: CallContext, request: Request) -> None:
        policy = self.layers.find(_name(request), request["VersionNumber"]).policy
        check_revision(request.get("RevisionId"), policy.revision_id, "resource policy")
        if policy.statements.pop(request["StatementId"], None) is None:
            raise errors.statement_not_found(request["StatementId"])
        policy.revision_id = new_id()

    @operation
    def get_layer_version_policy(self, context: CallContext, request: Request) -> Response:
        policy = self.layers.find(_name(request), request["VersionNumber"]).policy
        if not policy.statements:
            raise errors.resource_not_found()
        document = {"Version": "2012-10-17", "Id": "default", "Statement": list(policy.statements.values())}
        return {"Policy": json.dumps(document), "RevisionId": policy.revision_id}

    async def layer_zip(self, name: str, number: str) -> bytes:
        """The archive behind ``Content.Location`` of GetLayerVersion."""
        found = self.layers.find(name, int(number) if number.isdecimal() else 0)
        return await self.layer_code.read(found.layer.code)

    def _described(self, version: LayerVersion) -> Response:
        code = version.layer.code
        return {
            "Content": {
                "Location": f"{self.world.endpoint}/_twin/lambda/layers/{version.name}/{version.number}",
                "CodeSha256": code.sha256_base64,
                "CodeSize": code.size,
            },
            "LayerArn": self.layers.arn(version.name),
            **_listed(version),
        }


def _listed(version: LayerVersion) -> Response:
    members: Response = {
        "LayerVersionArn": version.layer.arn,
        "Version": version.number,
        "Description": version.description,
        "CreatedDate": timestamp(version.created),
    }
    more = {
        "LicenseInfo": version.license,
        "CompatibleRuntimes": list(version.runtimes),
        "CompatibleArchitectures": list(version.architectures),
    }
    return members | {name: value for name, value in more.items() if value}


def _name(request: Request) -> str:
    """A layer's name, also when it was named by its ARN."""
    return str(request["LayerName"]).rpartition(":")[2]


def _next(marker: str | None) -> Response:
    return {"NextMarker": marker} if marker else {}


def _newest_first(version: LayerVersion) -> str:
    return f"{10**11 - version.number:012d}"
