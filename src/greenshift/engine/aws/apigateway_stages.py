"""What is deployed of a REST API: its deployments, and the stages that show one of them."""

from __future__ import annotations

from greenshift.engine.aws.apigateway_common import API, NONE, patches
from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change
from greenshift.engine.aws.fit import Rule, fit
from greenshift.engine.aws.simple import Kind, account, entry
from greenshift.engine.aws.tagging import Tagging


def _deployment(calls: Calls, inputs: Document, id_: str) -> Document | None:
    api = inputs["restApi"]
    if id_:
        return calls.look("GetDeployment", *NONE, restApiId=api, deploymentId=id_)
    found = calls.look("GetDeployments", *NONE, restApiId=api) or {}
    wanted = inputs.get("description") or ""
    return next((each for each in found.get("items", []) if (each.get("description") or "") == wanted), None)


DEPLOYMENT = entry(
    Kind(
        token="aws:apigateway/deployment:Deployment",
        service="apigateway",
        describe=_deployment,
        id="id",
        key=lambda inputs, id_: {"restApiId": inputs["restApi"], "deploymentId": id_},
        create="CreateDeployment",
        delete="DeleteDeployment",
        gone=NONE,
        fixed="restApi triggers variables description",
        rules=API,
        unsent="triggers",
        unseen="triggers variables",
        outputs={"createdDate": lambda told: told["createdDate"].isoformat()},
        parents=("restApi",),
    )
)


def _stage(calls: Calls, inputs: Document, id_: str) -> Document | None:
    """The provider's id is ``ags-api-stage``; an import says ``api/stage``."""
    api = inputs["restApi"]
    name = inputs.get("stageName") or id_.removeprefix(f"ags-{api}-")
    found = calls.look("GetStage", *NONE, restApiId=api, stageName=name)
    if found is None:
        return None
    return {
        **found,
        "restApiId": api,
        "arn": f"arn:aws:apigateway:{calls.region}::/restapis/{api}/stages/{name}",
        "executionArn": f"arn:aws:execute-api:{calls.region}:{account(calls)}:{api}/{name}",
        "invokeUrl": f"https://{api}.execute-api.{calls.region}.amazonaws.com/{name}",
    }


_STAGE_PATHS = {
    "deployment": "/deploymentId",
    "description": "/description",
    "variables": "/variables",
    "xrayTracingEnabled": "/tracingEnabled",
}


def _create_stage(calls: Calls, inputs: Document) -> Document:
    calls.call("CreateStage", **fit(calls.model("CreateStage").input_shape, inputs, _STAGE_RULES))
    return {"_id": ""}


_STAGE_RULES = {**API, "deployment": Rule("deploymentId"), "xrayTracingEnabled": Rule("tracingEnabled")}


def _update_stage(calls: Calls, change: Change) -> None:
    name = change.new["stageName"]
    operations = patches(change, _STAGE_PATHS)
    calls.call("UpdateStage", restApiId=change.new["restApi"], stageName=name, patchOperations=operations)


STAGE = entry(
    Kind(
        token="aws:apigateway/stage:Stage",
        service="apigateway",
        describe=_stage,
        id=lambda told: f"ags-{told['restApiId']}-{told['stageName']}",
        key=lambda inputs, id_: {"restApiId": inputs["restApi"], "stageName": inputs["stageName"]},
        create=_create_stage,
        update=_update_stage,
        delete="DeleteStage",
        gone=NONE,
        fixed="restApi stageName",
        settings=" ".join(_STAGE_PATHS),
        rules=_STAGE_RULES,
        observe=lambda told: {
            "stageName": told["stageName"],
            "deployment": told.get("deploymentId"),
            "description": told.get("description"),
            "variables": told.get("variables"),
            "xrayTracingEnabled": told.get("tracingEnabled"),
        },
        outputs={"arn": "arn", "executionArn": "executionArn", "invokeUrl": "invokeUrl"},
        defaults={"xrayTracingEnabled": False},
        tagging=Tagging("arn", list=""),
        parents=("restApi",),
        identity=("restApi", "stageName"),
    )
)

ENTRIES = (DEPLOYMENT, STAGE)
