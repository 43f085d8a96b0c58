"""Rules and their targets."""

from __future__ import annotations

from greenshift.twin.events import requests, responses
from greenshift.twin.events.model import Rule, RuleState, Target
from greenshift.twin.events.operations.base import EventsBase, page
from greenshift.twin.events.requests import Refusal
from greenshift.twin.service import CallContext, Request, Response, operation


class RuleOperations(EventsBase):
    """PutRule, PutTargets and what looks at them."""

    @operation
    def put_rule(self, context: CallContext, request: Request) -> Response:
        self._bus(request)
        rule = requests.rule(request, context.account, context.region)
        self._rules.put(rule)
        self._scheduler.follow(rule)
        return {"RuleArn": rule.arn}

    @operation
    def describe_rule(self, context: CallContext, request: Request) -> Response:
        return responses.rule(self._named(request, "Name")) | {"CreatedBy": context.account}

    @operation
    def list_rules(self, context: CallContext, request: Request) -> Response:
        prefix, rules = request.get("NamePrefix") or "", self._rules.of(self._bus(request).name)
        return page(
            "Rules", [responses.rule(rule) for rule in rules if rule.name.startswith(prefix)], request
        )

    @operation
    def delete_rule(self, context: CallContext, request: Request) -> Response:
        removed = self._rules.remove(self._bus(request).name, request["Name"])
        if removed is not None:
            self._scheduler.forget(removed)
        return {}

    @operation
    def enable_rule(self, context: CallContext, request: Request) -> Response:
        return self._switch(self._named(request, "Name"), "ENABLED")

    @operation
    def disable_rule(self, context: CallContext, request: Request) -> Response:
        return self._switch(self._named(request, "Name"), "DISABLED")

    @operation
    def put_targets(self, context: CallContext, request: Request) -> Response:
        rule = self._named(request, "Rule")
        read = [requests.target(each) for each in request["Targets"]]
        self._rules.put_targets(rule, [each for each in read if isinstance(each, Target)])
        return responses.failed([each for each in read if isinstance(each, Refusal)])

    @operation
    def remove_targets(self, context: CallContext, request: Request) -> Response:
        rule = self._named(request, "Rule")
        refused = []
        for name in request["Ids"]:
            self._deliveries.forget(rule, name)
            if rule.targets.pop(name, None) is None:
                message = f"Rule {rule.name} does not have a target with the Id {name}."
                refused.append(Refusal(name, "ResourceNotFoundException", message))
        return responses.failed(refused)

    @operation
    def list_targets_by_rule(self, context: CallContext, request: Request) -> Response:
        rule = self._named(request, "Rule")
        return page("Targets", [responses.target(each) for each in rule.targets.values()], request)

    @operation
    def list_rule_names_by_target(self, context: CallContext, request: Request) -> Response:
        arn, rules = request["TargetArn"], self._rules.of(self._bus(request).name)
        found = [r.name for r in rules if any(each.arn == arn for each in r.targets.values())]
        return page("RuleNames", found, request)

    def _switch(self, rule: Rule, state: RuleState) -> Response:
        if rule.state != state:
            rule.state = state
            self._scheduler.follow(rule)
        return {}
