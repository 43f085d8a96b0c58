"""Applications, and the revisions registered with them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from greenshift.twin.codedeploy import errors
from greenshift.twin.codedeploy.model import Application, RegisteredRevision
from greenshift.twin.codedeploy.names import page
from greenshift.twin.codedeploy.operations import Operations
from greenshift.twin.codedeploy.requests import read_description, read_revision, read_tags
from greenshift.twin.codedeploy.responses import application_info, given, revision_info, revision_location
from greenshift.twin.service import CallContext, Request, Response, operation

MOST_NAMES = 100


class Applications(Operations):
    @operation
    def create_application(self, context: CallContext, request: Request) -> Response:
        name = request["applicationName"]
        # Left out means Server on AWS, which is what the twin refuses.
        platform = request.get("computePlatform") or "Server"
        if platform != "Lambda":
            raise errors.compute_platform(platform)
        if name in self.state.applications:
            raise errors.application_exists(name)
        tags = read_tags(request.get("tags"))
        application = Application(str(uuid.uuid4()), name, self.world.clock.time())
        self.state.applications[name] = application
        self.tag(self.arns.application(name), tags)
        return {"applicationId": application.id}

    @operation
    def get_application(self, context: CallContext, request: Request) -> Response:
        return {"application": application_info(self.state.application(request["applicationName"]))}

    @operation
    def batch_get_applications(self, context: CallContext, request: Request) -> Response:
        names = request["applicationNames"]
        if len(names) > MOST_NAMES:
            raise errors.batch_too_large(MOST_NAMES)
        return {"applicationsInfo": [application_info(self.state.application(name)) for name in names]}

    @operation
    def list_applications(self, context: CallContext, request: Request) -> Response:
        names, token = page(sorted(self.state.applications), request.get("nextToken"))
        return given({"applications": names, "nextToken": token})

    @operation
    def update_application(self, context: CallContext, request: Request) -> Response:
        application = self.state.application(request.get("applicationName"))
        new_name = request.get("newApplicationName") or application.name
        if new_name != application.name:
            if new_name in self.state.applications:
                raise errors.application_exists(new_name)
            self.state.rename_application(application.name, new_name)
        return {}

    @operation
    def delete_application(self, context: CallContext, request: Request) -> Response:
        """Deleting what is not there succeeds: the operation has no such error in AWS's model."""
        if request["applicationName"] in self.state.applications:
            self.state.remove_application(request["applicationName"])
        return {}

    @operation
    def register_application_revision(self, context: CallContext, request: Request) -> Response:
        application = self.state.application(request["applicationName"])
        revision = read_revision(request["revision"])
        description = read_description(request.get("description"))
        self.state.note_revision(application.name, revision, self.world.clock.time(), description=description)
        return {}

    @operation
    def list_application_revisions(self, context: CallContext, request: Request) -> Response:
        """Sorted by a time, what never had it comes first; an S3 filter leaves out what is not in S3."""
        application = self.state.application(request["applicationName"])
        found = [each for each in application.revisions if _is_listed(each, request)]
        if by := request.get("sortBy"):
            descending = request.get("sortOrder") == "descending"
            found.sort(key=lambda each: _TIMES[by](each) or 0.0, reverse=descending)
        shown, token = page(found, request.get("nextToken"))
        return given({"revisions": [revision_location(each.revision) for each in shown], "nextToken": token})

    @operation
    def get_application_revision(self, context: CallContext, request: Request) -> Response:
        application = self.state.application(request["applicationName"])
        revision = read_revision(request["revision"])
        known = next((r for r in application.revisions if r.revision == revision), None)
        if known is None:
            raise errors.revision_missing()
        return {
            "applicationName": application.name,
            "revision": revision_location(revision),
            "revisionInfo": revision_info(known),
        }


_TIMES: Mapping[str, Callable[[RegisteredRevision], float | None]] = {
    "registerTime": lambda each: each.registered,
    "firstUsedTime": lambda each: each.first_used,
    "lastUsedTime": lambda each: each.last_used,
}


def _is_listed(known: RegisteredRevision, request: Request) -> bool:
    wanted = request.get("deployed") or "ignore"
    if wanted != "ignore" and bool(known.groups) != (wanted == "include"):
        return False
    bucket, prefix = request.get("s3Bucket"), request.get("s3KeyPrefix")
    revision = known.revision
    return (not bucket or revision.bucket == bucket) and (
        not prefix or (revision.key or "").startswith(prefix)
    )
