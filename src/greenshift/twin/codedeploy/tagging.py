"""Tags on applications and deployment groups; AWS tags nothing else of CodeDeploy (API reference)."""

from __future__ import annotations

from greenshift.twin.codedeploy import errors
from greenshift.twin.codedeploy.operations import Operations
from greenshift.twin.codedeploy.requests import MOST_TAGS, read_tags
from greenshift.twin.service import CallContext, Request, Response, operation


class Tagging(Operations):
    @operation
    def tag_resource(self, context: CallContext, request: Request) -> Response:
        arn = self._taggable(request["ResourceArn"])
        tags = read_tags(request["Tags"])
        if len({**self.state.tags.get(arn, {}), **tags}) > MOST_TAGS:
            raise errors.tags(f"A resource may have at most {MOST_TAGS} tags.")
        self.tag(arn, tags)
        return {}

    @operation
    def untag_resource(self, context: CallContext, request: Request) -> Response:
        arn = self._taggable(request["ResourceArn"])
        kept = {k: v for k, v in self.state.tags.get(arn, {}).items() if k not in request["TagKeys"]}
        self.state.tags[arn] = kept
        return {}

    @operation
    def list_tags_for_resource(self, context: CallContext, request: Request) -> Response:
        arn = self._taggable(request["ResourceArn"])
        return {"Tags": [{"Key": k, "Value": v} for k, v in self.state.tags.get(arn, {}).items()]}

    def _taggable(self, arn: str) -> str:
        parts = arn.split(":", 6)
        if len(parts) != 7 or parts[2] != "codedeploy":
            raise errors.arn(arn)
        kind, name = parts[5], parts[6]
        if kind == "application":
            self.state.application(name)
        elif kind == "deploymentgroup":
            application, _, group = name.partition("/")
            self.state.group(application, group)
        else:
            raise errors.arn_not_supported(arn)
        return arn
