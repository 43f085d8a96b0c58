"""Dashboards: named documents that CloudWatch keeps. The twin draws none; it keeps and checks them.

What is checked is what every widget has (user guide, "Dashboard body structure and syntax"): a type and
properties. What a type's own properties are is not.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from greenshift.twin.alarms import errors
from greenshift.twin.alarms.paging import page
from greenshift.twin.alarms.responses import at
from greenshift.twin.service import CallContext, Request, Response, Service, operation
from greenshift.twin.world import World

PER_PAGE = 1000  # API reference: ListDashboards
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")  # API reference: PutDashboard
_NEEDED = ("type", "properties")


@dataclass
class Dashboard:
    name: str
    arn: str
    body: str
    modified: float
    tags: dict[str, str]


@dataclass(frozen=True)
class Mistake:
    """``path`` is a JSON pointer into the body."""

    path: str
    message: str


def mistakes(body: str) -> list[Mistake]:
    """What CloudWatch would refuse of a dashboard's body; pure."""
    try:
        document = json.loads(body)
    except ValueError:
        return [Mistake("", "The field DashboardBody must be a valid JSON object")]
    if not isinstance(document, dict):
        return [Mistake("", "The field DashboardBody must be a valid JSON object")]
    widgets = document.get("widgets", [])
    if not isinstance(widgets, list):
        return [Mistake("/widgets", "Should be an array")]
    return [each for index, widget in enumerate(widgets) for each in _of_widget(f"/widgets/{index}", widget)]


def _of_widget(path: str, widget: Any) -> list[Mistake]:
    if not isinstance(widget, dict):
        return [Mistake(path, "Should be an object")]
    return [
        Mistake(path, f"Should have required property '{name}'") for name in _NEEDED if name not in widget
    ]


class DashboardOperations(Service):
    """The operations on dashboards; their ARNs have no region (service authorization reference)."""

    kept: ClassVar[tuple[str, ...]] = ("dashboards",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.dashboards: dict[str, Dashboard] = {}

    @operation
    def put_dashboard(self, context: CallContext, request: Request) -> Response:
        name, body = request["DashboardName"], request["DashboardBody"]
        if not _NAME.fullmatch(name):
            raise errors.invalid_input(f"The value {name} for field DashboardName is invalid")
        found = mistakes(body)
        if found:
            raise errors.invalid_input(
                "The dashboard body is invalid, there are "
                f"{len(found)} validation errors: "
                + "; ".join(f"{each.path}: {each.message}" if each.path else each.message for each in found)
            )
        known = self.dashboards.get(name)
        arn = f"arn:aws:cloudwatch::{context.account}:dashboard/{name}"
        given = {tag["Key"]: tag["Value"] for tag in request.get("Tags") or ()}
        tags = known.tags if known is not None else given  # only a new one takes tags (API reference)
        self.dashboards[name] = Dashboard(name, arn, body, self.world.clock.time(), tags)
        return {"DashboardValidationMessages": []}

    @operation
    def get_dashboard(self, context: CallContext, request: Request) -> Response:
        found = self._dashboard(request["DashboardName"])
        return {"DashboardArn": found.arn, "DashboardBody": found.body, "DashboardName": found.name}

    @operation
    def list_dashboards(self, context: CallContext, request: Request) -> Response:
        prefix = request.get("DashboardNamePrefix") or ""
        found = [each for name, each in sorted(self.dashboards.items()) if name.startswith(prefix)]
        shown, token = page(found, request.get("NextToken"), PER_PAGE)
        entries = [
            {
                "DashboardName": each.name,
                "DashboardArn": each.arn,
                "LastModified": at(each.modified),
                "Size": len(each.body.encode()),
            }
            for each in shown
        ]
        return {"DashboardEntries": entries, **({"NextToken": token} if token else {})}

    @operation
    def delete_dashboards(self, context: CallContext, request: Request) -> Response:
        names = dict.fromkeys(request["DashboardNames"])
        for name in names:  # all or none (API reference)
            self._dashboard(name)
        for name in names:
            del self.dashboards[name]
        return {}

    def _dashboard(self, name: str) -> Dashboard:
        if name not in self.dashboards:
            raise errors.dashboard_not_found(name)
        return self.dashboards[name]
