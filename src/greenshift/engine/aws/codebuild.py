"""CodeBuild projects."""

from __future__ import annotations

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys
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
)
