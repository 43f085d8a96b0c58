"""CloudWatch dashboards: PutDashboard overwrites the whole of one (API reference)."""

from __future__ import annotations

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change
from greenshift.engine.aws.simple import Kind, described, entry, named

_KEY = named("DashboardName", "dashboardName")


def _put(calls: Calls, inputs: Document) -> Document:
    body = inputs["dashboardBody"]
    calls.call("PutDashboard", DashboardName=inputs["dashboardName"], DashboardBody=body)
    return {"_id": inputs["dashboardName"]}


def _update(calls: Calls, change: Change) -> None:
    _put(calls, change.new)


DASHBOARD = entry(
    Kind(
        token="aws:cloudwatch/dashboard:Dashboard",
        service="cloudwatch",
        describe=described("GetDashboard", "", _KEY, "ResourceNotFound"),
        id="DashboardName",
        key=lambda inputs, id_: {"DashboardNames": [id_]},
        create=_put,
        update=_update,
        delete="DeleteDashboards",
        gone=("ResourceNotFound",),
        fixed="dashboardName",
        settings="dashboardBody",
        outputs={"dashboardArn": "DashboardArn"},
        observe=lambda told: {"dashboardName": told["DashboardName"], "dashboardBody": told["DashboardBody"]},
        identity=("dashboardName",),
        has_region=True,
    )
)

ENTRIES = (DASHBOARD,)
