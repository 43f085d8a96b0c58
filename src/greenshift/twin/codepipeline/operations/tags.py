"""Tags of pipelines and webhooks."""

from __future__ import annotations

from collections.abc import Callable

from greenshift.twin.codepipeline import errors, views
from greenshift.twin.codepipeline.operations.base import Operations, check_tag_count, read_tags
from greenshift.twin.service import CallContext, Request, Response, operation

Tags = dict[str, str]


class TagOperations(Operations):
    @operation
    def tag_resource(self, context: CallContext, request: Request) -> Response:
        added = read_tags(request["tags"])
        self._change_tags(request["resourceArn"], lambda tags: {**tags, **added})
        return {}

    @operation
    def untag_resource(self, context: CallContext, request: Request) -> Response:
        gone = set(request["tagKeys"])
        self._change_tags(
            request["resourceArn"], lambda tags: {k: v for k, v in tags.items() if k not in gone}
        )
        return {}

    @operation
    def list_tags_for_resource(self, context: CallContext, request: Request) -> Response:
        tags = self._change_tags(request["resourceArn"], lambda tags: tags)
        return {"tags": views.tags(tags)}

    def _change_tags(self, arn: str, change: Callable[[Tags], Tags]) -> Tags:
        """Apply a change to the tags of whatever the ARN names; the tags as they are now."""
        if pipeline := self.pipelines.by_arn(arn):
            pipeline.tags = _checked(change(pipeline.tags))
            return pipeline.tags
        if webhook := self.webhooks.by_arn(arn):
            tags = _checked(change(dict(webhook.tags)))
            self.webhooks.set_tags(webhook, tags)
            return tags
        if not arn.startswith(f"arn:aws:codepipeline:{self.world.region}:{self.world.account}:"):
            raise errors.invalid_arn(arn)
        raise errors.resource_not_found(arn)


def _checked(tags: Tags) -> Tags:
    check_tag_count(tags)
    return tags
