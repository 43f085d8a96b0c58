"""Operations on webhooks, and what happens when somebody posts to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenshift.twin.codepipeline import errors, run_views, views
from greenshift.twin.codepipeline.declaration import ActionDeclaration
from greenshift.twin.codepipeline.operations.base import Operations, read_tags
from greenshift.twin.codepipeline.paging import page
from greenshift.twin.codepipeline.state import Trigger
from greenshift.twin.codepipeline.webhooks import Webhook, is_authentic, is_match
from greenshift.twin.service import CallContext, Request, Response, operation


class WebhookOperations(Operations):
    @operation
    def put_webhook(self, context: CallContext, request: Request) -> Response:
        definition = request["webhook"]
        action = self._target(definition["targetPipeline"], definition["targetAction"])
        webhook = self.webhooks.put(definition, action.configuration, read_tags(request.get("tags")))
        return {"webhook": _describe(webhook)}

    @operation
    def list_webhooks(self, context: CallContext, request: Request) -> Response:
        size, token = request.get("MaxResults") or 100, request.get("NextToken")
        shown, following = page(self.webhooks.all(), lambda webhook: webhook.name, size, token)
        return {"webhooks": [_describe(webhook) for webhook in shown], "NextToken": following}

    @operation
    def delete_webhook(self, context: CallContext, request: Request) -> Response:
        self.webhooks.delete(request["name"])
        return {}

    @operation
    def register_webhook_with_third_party(self, context: CallContext, request: Request) -> Response:
        self.webhooks.set_registered(_required_name(request), True)
        return {}

    @operation
    def deregister_webhook_with_third_party(self, context: CallContext, request: Request) -> Response:
        self.webhooks.set_registered(_required_name(request), False)
        return {}

    def deliver_webhook(
        self, token: str, headers: Mapping[str, str], body: bytes, address: str = "127.0.0.1"
    ) -> str | None:
        """Somebody posted to a webhook's URL: the id of the execution it started, or None if filtered out.

        Header names are lower case. Raises WebhookNotFoundException for an unknown token and
        ValidationException for a delivery that cannot be believed.
        """
        webhook = self.webhooks.by_token(token)
        if webhook is None:
            raise errors.webhook_not_found(token)
        if not is_authentic(webhook, headers, body, address):
            raise errors.validation(f"The delivery to webhook '{webhook.name}' is not authentic")
        action = self._target(webhook.pipeline, webhook.action)
        if not is_match(webhook.filters, action.configuration, body):
            return None
        self.webhooks.set_triggered(webhook, self.now())
        pipeline = self.pipelines.get(webhook.pipeline)
        variables = {v.name: v.default for v in pipeline.declaration.variables if v.default is not None}
        return self.engine.start(pipeline, Trigger("Webhook", webhook.arn), variables, {}).id

    def _target(self, pipeline_name: str, action_name: str) -> ActionDeclaration:
        source = self.pipelines.get(pipeline_name).declaration.stages[0]
        action = source.action(action_name)
        if action is None:
            raise errors.validation(f"Pipeline '{pipeline_name}' has no source action '{action_name}'")
        return action


def _required_name(request: Request) -> str:
    name: str | None = request.get("webhookName")
    if name is None:
        raise errors.validation("webhookName must be given")
    return name


def _describe(webhook: Webhook) -> dict[str, Any]:
    authentication = {"SecretToken": webhook.secret, "AllowedIPRange": webhook.allowed_ip_range}
    filters = [{"jsonPath": f.json_path, "matchEquals": f.match_equals} for f in webhook.filters]
    return {
        "definition": {
            "name": webhook.name,
            "targetPipeline": webhook.pipeline,
            "targetAction": webhook.action,
            "filters": [{key: value for key, value in f.items() if value is not None} for f in filters],
            "authentication": webhook.authentication,
            "authenticationConfiguration": {k: v for k, v in authentication.items() if v is not None},
        },
        "url": webhook.url,
        "arn": webhook.arn,
        "tags": views.tags(webhook.tags),
        "lastTriggered": None if webhook.last_triggered is None else run_views.moment(webhook.last_triggered),
    }
