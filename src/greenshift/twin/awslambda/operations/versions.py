"""Versions: publish and list."""

from __future__ import annotations

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.operations.functions import FunctionOperations, version_order
from greenshift.twin.awslambda.paging import page_of
from greenshift.twin.awslambda.versions import check_can_update, check_revision
from greenshift.twin.awslambda.wire import version_response
from greenshift.twin.service import CallContext, Request, Response, operation


class VersionOperations(FunctionOperations):
    """API reference: PublishVersion, ListVersionsByFunction."""

    @operation
    def publish_version(self, context: CallContext, request: Request) -> Response:
        function, _ = self.found(request)
        check_can_update(function, self.place, self.now())
        check_revision(request.get("RevisionId"), function.latest.revision_id, "function")
        wanted, actual = request.get("CodeSha256"), function.latest.code.sha256_base64
        if wanted and wanted != actual:
            raise errors.invalid(
                f"CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({actual}). "
                "Please try again with the CodeSHA256 in $LATEST."
            )
        version = self.published(function, request.get("Description"))
        return version_response(function, version, self.place, self.now())

    @operation
    def list_versions_by_function(self, context: CallContext, request: Request) -> Response:
        function, _ = self.found(request)
        page, marker = page_of(
            function.all_versions(), version_order, request.get("Marker"), request.get("MaxItems")
        )
        now = self.now()
        response: Response = {
            "Versions": [
                version_response(function, version, self.place, now, version.number) for version in page
            ]
        }
        return response | ({"NextMarker": marker} if marker else {})
