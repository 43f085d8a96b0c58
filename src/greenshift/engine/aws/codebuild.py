"""CodeBuild projects, and the groups that test reports are in."""

from __future__ import annotations

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys, nothing
from greenshift.engine.aws.fit import Rule, fit, tag_list

RULES = {
    "buildTimeout": Rule("timeoutInMinutes"),
    "logsConfig.cloudwatchLogs": Rule("cloudWatchLogs"),
    "queuedTimeout": Rule("queuedTimeoutInMinutes"),
    "tags": Rule(form=tag_list),
}
SETTINGS = keys(
    "description serviceRole artifacts source environment logsConfig buildTimeout queuedTimeout cache "
    "encryptionKey concurrentBuildLimit autoRetryLimit sourceVersion badgeEnabled secondarySources "
    "secondaryArtifacts vpcConfig tags"
)
_EMPTY: Document = {
    "description": "",
    "tags": {},
    "buildTimeout": 60,
    "queuedTimeout": 480,
    "cache": {"type": "NO_CACHE"},
}


def _create(calls: Calls, inputs: Document) -> Seen:
    answer = calls.call("CreateProject", **fit(calls.model("CreateProject").input_shape, inputs, RULES))
    return _seen(answer["project"])


def _seen(project: Document) -> Seen:
    return Seen(project["arn"], {"arn": project["arn"]})


def _read(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    found = calls.call("BatchGetProjects", names=[inputs["name"]])["projects"]
    return _seen(found[0]) if found else None


def _update(calls: Calls, change: Change) -> None:
    changed = {
        key: value if value is not None else _EMPTY.get(key)
        for key, value in change.changed(SETTINGS).items()
    }
    wanted = fit(calls.model("UpdateProject").input_shape, changed, RULES)
    calls.call("UpdateProject", name=change.new["name"], **wanted)


def _delete(calls: Calls, inputs: Document, id_: str) -> None:
    calls.call("DeleteProject", name=inputs["name"])  # not an error when there is none (API reference)


REPORT_RULES = {"exportConfig.type": Rule("exportConfigType"), "tags": Rule(form=tag_list)}
_GROUP_SETTINGS = keys("exportConfig tags")


def _create_group(calls: Calls, inputs: Document) -> Seen:
    wanted = fit(calls.model("CreateReportGroup").input_shape, _told(inputs), REPORT_RULES)
    return _seen_group(calls.call("CreateReportGroup", **wanted)["reportGroup"])


def _told(inputs: Document) -> Document:
    """Without ``deleteReports``, which is for its deletion."""
    return {key: value for key, value in inputs.items() if key != "deleteReports"}


def _seen_group(group: Document) -> Seen:
    return Seen(group["arn"], {"arn": group["arn"]})


def report_group(calls: Calls, arn: str) -> Document | None:
    found = calls.call("BatchGetReportGroups", reportGroupArns=[arn])["reportGroups"]
    return dict(found[0]) if found else None


def _read_group(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    found = report_group(calls, arn) if (arn := id_ or _arn_of_group(calls, inputs["name"])) else None
    return _seen_group(found) if found else None


def _arn_of_group(calls: Calls, name: str) -> str:
    """Empty when there is none of this name."""
    listed = (arn for page in calls.pages("ListReportGroups") for arn in page["reportGroups"])
    return next((str(arn) for arn in listed if arn.endswith(f":report-group/{name}")), "")


def _update_group(calls: Calls, change: Change) -> None:
    changed = {
        key: value if value is not None else _EMPTY.get(key)
        for key, value in change.changed(_GROUP_SETTINGS).items()
    }
    wanted = fit(calls.model("UpdateReportGroup").input_shape, changed, REPORT_RULES)
    calls.call("UpdateReportGroup", arn=change.id, **wanted)


def _delete_group(calls: Calls, inputs: Document, id_: str) -> None:
    # Not an error when there is none (API reference).
    calls.call("DeleteReportGroup", arn=id_, deleteReports=bool(inputs.get("deleteReports")))


ENTRIES = (
    Entry(
        token="aws:codebuild/project:Project",
        service="codebuild",
        properties=keys("name") | SETTINGS,
        name="name",
        longest_name=150,
        create=_create,
        read=_read,
        update=(Update(SETTINGS, _update),),
        delete=_delete,
    ),
    Entry(
        token="aws:codebuild/reportGroup:ReportGroup",
        service="codebuild",
        properties=keys("name type deleteReports") | _GROUP_SETTINGS,
        replace=keys("type"),
        name="name",
        longest_name=128,
        create=_create_group,
        read=_read_group,
        update=(Update(_GROUP_SETTINGS, _update_group), Update(keys("deleteReports"), nothing)),
        delete=_delete_group,
    ),
)
