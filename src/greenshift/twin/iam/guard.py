"""The guard at the door: lets a role's call through, or raises AWS's refusal.

A decision depends on the caller, the action, the resource and the request's own condition keys; it is made
once and kept until a policy is written, so a warm call pays for one look into a dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenshift.twin.callers.principal import Principal
from greenshift.twin.clock import Clock
from greenshift.twin.iam import refusals
from greenshift.twin.iam.document import Document
from greenshift.twin.iam.evaluate import Access, Policies, Verdict, decide
from greenshift.twin.iam.keys import of_connection
from greenshift.twin.iam.needs import Need, Place, needs_of
from greenshift.twin.iam.patterns import Keys
from greenshift.twin.iam.policies import PolicyStore, is_policy_write
from greenshift.twin.iam.research import Research

_KEPT_DECISIONS = 20_000
_TIME_KEYS = {"aws:currenttime", "aws:epochtime"}


class Guard:
    """Judges role sessions; the account itself and services without a role pass."""

    def __init__(self, *, policies: PolicyStore, research: Research, clock: Clock, place: Place) -> None:
        self._policies = policies
        self._research = research
        self._clock = clock
        self._place = place
        self._decisions: dict[tuple[Principal, Need], Verdict] = {}
        self._asked: dict[tuple[str, Need], Verdict] = {}

    @property
    def asked(self) -> dict[tuple[str, Need], Verdict]:
        """Every distinct thing a role asked for so far: what least privilege is proved with.

        A copy, as other threads read it while the twin's own goes on judging.
        """
        return dict(self._asked)

    async def admit(
        self, principal: Principal, service: str, operation: str, parameters: Mapping[str, Any]
    ) -> None:
        """Return when the call is allowed; otherwise raise what the service would answer."""
        if principal.kind != "role":
            return
        await self._research.learn(service, operation, parameters)
        needs = needs_of(service, operation, parameters, self._place, self._research.facts)
        if needs is None:
            raise refusals.unknown(principal.told(self._place.account), service, operation)
        for need in needs:
            verdict = self._decisions.get((principal, need)) or await self._judge(principal, need)
            if verdict is not Verdict.ALLOWED:
                raise refusals.denied(principal.told(self._place.account), service, need, verdict)

    def written(self, service: str, operation: str) -> None:
        """A call was performed; when it changed a policy, everything decided so far is open again."""
        if is_policy_write(service, operation):
            self._policies.forget()
            self._decisions.clear()

    async def _judge(self, principal: Principal, need: Need) -> Verdict:
        generation = self._policies.generation
        role = await self._policies.of_role(principal.arn)
        resource = await self._policies.of_resource(need.action, need.resource)
        policies = Policies(role.identity, role.boundary, resource)
        verdict = self._decide(policies, principal, need)
        if len(self._asked) < _KEPT_DECISIONS:
            self._asked[principal.arn, need] = verdict
        if generation == self._policies.generation and not _depends_on_time(policies):
            if len(self._decisions) >= _KEPT_DECISIONS:
                self._decisions.clear()
            self._decisions[principal, need] = verdict
        return verdict

    def _decide(self, policies: Policies, principal: Principal, need: Need) -> Verdict:
        keys = self._keys(principal, need)
        session = principal.told(self._place.account)
        verdicts = [
            decide(policies, Access(action, need.resource, principal.arn, session, keys))
            for action in (need.action, *need.instead)
        ]
        return Verdict.ALLOWED if Verdict.ALLOWED in verdicts else verdicts[0]

    def _keys(self, principal: Principal, need: Need) -> Keys:
        keys = {
            "aws:principalaccount": self._place.account,
            "aws:principalarn": principal.arn,
            "aws:principaltype": "AssumedRole",
            "aws:principalisawsservice": "false",
            **dict(need.keys),
        }
        return {**of_connection(self._clock, self._place), **{key: (value,) for key, value in keys.items()}}


def _depends_on_time(policies: Policies) -> bool:
    documents: list[Document] = [*policies.identity]
    documents += [each for each in (policies.boundary, policies.resource) if each is not None]
    return any(
        condition.key in _TIME_KEYS
        for document in documents
        for statement in document.statements
        for condition in statement.conditions
    )
