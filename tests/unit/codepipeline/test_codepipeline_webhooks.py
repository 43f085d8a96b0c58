"""Webhooks: what they may be, and which deliveries start the pipeline."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from greenshift.twin.service import ServiceError

BODY = json.dumps({"ref": "refs/heads/main", "repository": {"name": "app"}}).encode()


def definition(**members: Any) -> dict[str, Any]:
    return {
        "name": "hook",
        "targetPipeline": "p",
        "targetAction": "Source",
        "filters": [{"jsonPath": "$.ref", "matchEquals": "refs/heads/{Branch}"}],
        "authentication": "GITHUB_HMAC",
        "authenticationConfiguration": {"SecretToken": "hush"},
        **members,
    }


@pytest.fixture
async def hooked(bench: Any, documents: Any) -> Any:
    """The bench with a pipeline whose source is GitHub (nothing is registered, so the source fails)."""
    document = documents.pipeline([documents.approval()])
    document["stages"][0]["actions"][0].update(
        actionTypeId=documents.type_id("Source", "GitHub", owner="ThirdParty"),
        configuration={"Owner": "me", "Repo": "app", "Branch": "main", "OAuthToken": "t"},
    )
    await bench.create(document)
    return bench


def deliver(bench: Any, body: bytes = BODY, secret: str = "hush") -> Any:
    [webhook] = bench.service.webhooks.all()
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bench.service.deliver_webhook(webhook.token, {"x-hub-signature-256": signature}, body)


async def test_a_signed_delivery_for_the_branch_starts_the_pipeline(hooked: Any) -> None:
    answer = await hooked.call("PutWebhook", webhook=definition())
    started = deliver(hooked)

    found = await hooked.call("GetPipelineExecution", pipelineName="p", pipelineExecutionId=started)
    assert found["pipelineExecution"]["trigger"] == {
        "triggerType": "Webhook", "triggerDetail": answer["webhook"]["arn"],
    }  # fmt: skip
    [listed] = (await hooked.call("ListWebhooks"))["webhooks"]
    assert listed["lastTriggered"] == hooked.clock.now()


@pytest.mark.parametrize(
    "body",
    [
        b'{"ref":"refs/heads/other"}',
        b'{"ref":{"ref":"refs/heads/main"}}',
        b'{"zen":"ping"}',
        b'["ref"]',
        b"not json",
    ],
)
async def test_a_delivery_that_fails_a_filter_starts_nothing(hooked: Any, body: bytes) -> None:
    await hooked.call("PutWebhook", webhook=definition())

    assert deliver(hooked, body) is None


async def test_all_filters_must_pass(hooked: Any) -> None:
    filters = [{"jsonPath": "$.ref"}, {"jsonPath": "$.repository.name", "matchEquals": "other"}]
    await hooked.call("PutWebhook", webhook=definition(filters=filters))

    assert deliver(hooked) is None


async def test_a_delivery_signed_with_another_secret_is_refused(hooked: Any) -> None:
    await hooked.call("PutWebhook", webhook=definition())

    with pytest.raises(ServiceError, match="not authentic"):
        deliver(hooked, secret="guess")


async def test_a_delivery_from_outside_the_range_is_refused(hooked: Any) -> None:
    allowed = {"AllowedIPRange": "10.0.0.0/8"}
    await hooked.call(
        "PutWebhook", webhook=definition(authentication="IP", authenticationConfiguration=allowed)
    )
    token = hooked.service.webhooks.all()[0].token

    with pytest.raises(ServiceError, match="not authentic"):
        hooked.service.deliver_webhook(token, {}, BODY, "127.0.0.1")
    assert hooked.service.deliver_webhook(token, {}, BODY, "10.1.2.3") is not None


async def test_an_unknown_address_is_not_found(hooked: Any) -> None:
    with pytest.raises(ServiceError, match="WebhookNotFoundException"):
        hooked.service.deliver_webhook("guess", {}, BODY)


async def test_putting_again_keeps_the_address_and_deleting_loses_it(hooked: Any) -> None:
    first = (await hooked.call("PutWebhook", webhook=definition()))["webhook"]
    again = (await hooked.call("PutWebhook", webhook=definition(filters=[{"jsonPath": "$.ref"}])))["webhook"]
    await hooked.call("DeleteWebhook", name="hook")
    await hooked.call("DeleteWebhook", name="hook")
    anew = (await hooked.call("PutWebhook", webhook=definition()))["webhook"]

    assert first["url"] == again["url"]
    assert anew["url"] != first["url"]
    assert first["arn"] == "arn:aws:codepipeline:us-east-1:123456789012:webhook:hook"
    assert first["arn"] in hooked.service.resources()


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"targetPipeline": "nope"}, "PipelineNotFoundException"),
        ({"targetAction": "Ask"}, "ValidationException"),
        ({"filters": []}, "InvalidWebhookFilterPatternException"),
        ({"filters": [{"jsonPath": "ref"}]}, "InvalidWebhookFilterPatternException"),
        (
            {"filters": [{"jsonPath": "$.ref", "matchEquals": "{Brunch}"}]},
            "InvalidWebhookFilterPatternException",
        ),
        ({"authenticationConfiguration": {}}, "InvalidWebhookAuthenticationParametersException"),
        (
            {"authentication": "UNAUTHENTICATED"},
            "InvalidWebhookAuthenticationParametersException",
        ),
        (
            {"authentication": "IP", "authenticationConfiguration": {"AllowedIPRange": "here"}},
            "InvalidWebhookAuthenticationParametersException",
        ),
    ],
)
async def test_a_webhook_that_cannot_work_is_refused(hooked: Any, members: dict[str, Any], code: str) -> None:
    assert (await hooked.refused("PutWebhook", webhook=definition(**members))).code == code


async def test_registering_with_github_needs_a_webhook(hooked: Any) -> None:
    await hooked.call("PutWebhook", webhook=definition())
    await hooked.call("RegisterWebhookWithThirdParty", webhookName="hook")
    assert hooked.service.webhooks.get("hook").is_registered
    await hooked.call("DeregisterWebhookWithThirdParty", webhookName="hook")
    assert not hooked.service.webhooks.get("hook").is_registered

    error = await hooked.refused("RegisterWebhookWithThirdParty", webhookName="nope")

    assert error.code == "WebhookNotFoundException"
