"""Webhooks: addresses that start a pipeline when GitHub (or anybody allowed) posts to them.

Rules from the API reference (WebhookDefinition, WebhookFilterRule, WebhookAuthConfiguration) and the user
guide ("Migrate to webhooks").
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from greenshift.twin.codepipeline import errors
from greenshift.twin.wire.json_text import read_json

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_PATH = re.compile(r"\$(\.[A-Za-z0-9_\-]+)+")


@dataclass(frozen=True)
class WebhookFilter:
    json_path: str
    match_equals: str | None


@dataclass(frozen=True)
class Webhook:
    name: str
    arn: str
    url: str
    pipeline: str
    action: str
    filters: tuple[WebhookFilter, ...]
    authentication: str
    secret: str | None = None
    allowed_ip_range: str | None = None
    is_registered: bool = False
    last_triggered: float | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def token(self) -> str:
        return self.url.rpartition("/")[2]


class Webhooks:
    kept: ClassVar[tuple[str, ...]] = ("_by_name",)

    def __init__(self, account: str, region: str, endpoint: str) -> None:
        self._arn = f"arn:aws:codepipeline:{region}:{account}:webhook:"
        self._endpoint = endpoint
        self._by_name: dict[str, Webhook] = {}

    def put(
        self, definition: Mapping[str, Any], configuration: Mapping[str, str], tags: Mapping[str, str]
    ) -> Webhook:
        """Create or change a webhook; its address stays the same while it exists."""
        _check_authentication(definition)
        filters = tuple(WebhookFilter(f["jsonPath"], f.get("matchEquals")) for f in definition["filters"])
        _check_filters(filters, configuration)
        name, secret = definition["name"], definition["authenticationConfiguration"]
        before = self._by_name.get(name)
        webhook = Webhook(
            name=name,
            arn=self._arn + name,
            url=before.url if before else f"{self._endpoint}/_twin/webhooks/{secrets.token_urlsafe(24)}",
            pipeline=definition["targetPipeline"],
            action=definition["targetAction"],
            filters=filters,
            authentication=definition["authentication"],
            secret=secret.get("SecretToken"),
            allowed_ip_range=secret.get("AllowedIPRange"),
            is_registered=before.is_registered if before else False,
            tags={**(before.tags if before else {}), **tags},
        )
        self._by_name[name] = webhook
        return webhook

    def all(self) -> list[Webhook]:
        return sorted(self._by_name.values(), key=lambda webhook: webhook.name)

    def get(self, name: str) -> Webhook:
        if name not in self._by_name:
            raise errors.webhook_not_found(name)
        return self._by_name[name]

    def by_arn(self, arn: str) -> Webhook | None:
        return next((webhook for webhook in self._by_name.values() if webhook.arn == arn), None)

    def by_token(self, token: str) -> Webhook | None:
        found = (w for w in self._by_name.values() if hmac.compare_digest(w.token.encode(), token.encode()))
        return next(found, None)

    def delete(self, name: str) -> None:
        self._by_name.pop(name, None)

    def set_registered(self, name: str, registered: bool) -> None:
        self._by_name[name] = replace(self.get(name), is_registered=registered)

    def set_triggered(self, webhook: Webhook, time: float) -> None:
        self._by_name[webhook.name] = replace(webhook, last_triggered=time)

    def set_tags(self, webhook: Webhook, tags: Mapping[str, str]) -> None:
        self._by_name[webhook.name] = replace(webhook, tags=tags)


def is_authentic(webhook: Webhook, headers: Mapping[str, str], body: bytes, address: str) -> bool:
    """Whether a delivery may be believed; header names are lower case.

    GitHub signs the raw body with the shared secret (GitHub: "Validating webhook deliveries").
    """
    if webhook.authentication == "GITHUB_HMAC":
        secret = (webhook.secret or "").encode()
        expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected, headers.get("x-hub-signature-256", ""))
    if webhook.authentication == "IP":
        network = ipaddress.ip_network(webhook.allowed_ip_range or "0.0.0.0/32", strict=False)
        return ipaddress.ip_address(address) in network
    return True


def is_match(filters: Sequence[WebhookFilter], configuration: Mapping[str, str], body: bytes) -> bool:
    """Whether a delivery passes every filter; ``{Branch}`` stands for the target action's own setting."""
    try:
        payload = read_json(body)
    except ValueError:
        return False
    return all(_passes(rule, configuration, payload) for rule in filters)


def _passes(rule: WebhookFilter, configuration: Mapping[str, str], payload: Any) -> bool:
    value = payload
    for part in rule.json_path.split(".")[1:]:
        if not isinstance(value, Mapping) or part not in value:
            return False
        value = value[part]
    if rule.match_equals is None:
        return True
    wanted = _PLACEHOLDER.sub(lambda match: configuration.get(match[1], match[0]), rule.match_equals)
    return str(value) == wanted


def _check_authentication(definition: Mapping[str, Any]) -> None:
    kind, given = definition["authentication"], definition["authenticationConfiguration"]
    needed = {"GITHUB_HMAC": {"SecretToken"}, "IP": {"AllowedIPRange"}, "UNAUTHENTICATED": set()}[kind]
    present = {key for key, value in given.items() if value is not None}
    if present != needed:
        what = f"exactly {' and '.join(sorted(needed))}" if needed else "no property"
        raise errors.invalid_webhook_authentication(
            f"With authentication {kind}, authenticationConfiguration must have {what}"
        )
    if kind == "IP":
        _check_range(given["AllowedIPRange"])


def _check_range(text: str) -> None:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise errors.invalid_webhook_authentication(f"AllowedIPRange '{text}' is no CIDR range") from None


def _check_filters(filters: Sequence[WebhookFilter], configuration: Mapping[str, str]) -> None:
    if not filters:
        raise errors.invalid_webhook_filter("A webhook must have at least one filter")
    for rule in filters:
        if not _PATH.fullmatch(rule.json_path):
            raise errors.invalid_webhook_filter(
                f"The JSON path '{rule.json_path}' is not of the form $.name.name"
            )
        for key in _PLACEHOLDER.findall(rule.match_equals or ""):
            if key not in configuration:
                raise errors.invalid_webhook_filter(
                    f"'{{{key}}}' in '{rule.match_equals}' is no configuration key of the target action"
                )
