"""Notices: every kind of event reaches the recorder, and only the recorder reaches the topic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from greenshift.contract.policies import Statement
from greenshift.reading.events import Rule, Topic
from greenshift.verify.check import Check, Group, Section, Subject
from greenshift.verify.reading.notices import Listening, read_listening, read_topic
from greenshift.verify.result import Verdict, failed, nothing_but, passed, passed_if, skipped
from greenshift.verify.stack import Stack

# How the names of the roles end that have something to tell: a release ended, or waits for approval.
_PUBLISHERS = ("-recorder", "-controller")
EVENTS = {
    "CodePipeline Pipeline Execution State Change": "aws.codepipeline",
    "CodePipeline Action Execution State Change": "aws.codepipeline",
    "CodeDeploy Deployment State-change Notification": "aws.codedeploy",
    "CodeBuild Build State Change": "aws.codebuild",
    "CloudWatch Alarm State Change": "aws.cloudwatch",
}
"""Detail type -> source, as the services' user guides give them."""


def has_rule(seen: Listening) -> Verdict:
    enabled = [rule for rule in seen.rules if rule.is_enabled]
    if enabled:
        return passed(", ".join(rule.name for rule in enabled))
    return failed(f"rule {seen.rules[0].name} is disabled" if seen.rules else "there is no rule for them")


def about_this_stack(seen: Listening, rule: Rule) -> Verdict:
    if EVENTS[seen.detail_type] not in rule.sources:
        return failed(f"{rule.name} listens to {', '.join(rule.sources) or 'no source'}")
    return passed_if(f'"{seen.base}' in rule.detail, f"{rule.name} listens for {rule.detail}")


def reaches_recorder(seen: Listening, rule: Rule) -> Verdict:
    if seen.recorder_arn in rule.targets:
        return passed(rule.name)
    return failed(f"{rule.name} has {', '.join(rule.targets) or 'no target'}")


def admitted(seen: Listening, rule: Rule) -> Verdict:
    """Without the rule's ARN as a condition any rule of any account could call the function."""
    if any(_admits(statement, rule.arn) for statement in seen.admitted):
        return passed(rule.name)
    return failed(f"the recorder's resource policy does not admit {rule.name} by its ARN")


def _admits(statement: Statement, arn: str) -> bool:
    return (
        statement.is_allow
        and "events.amazonaws.com" in statement.principals
        and arn in statement.required("aws:SourceArn")
    )


def _of_rule(judge: Callable[[Listening, Rule], Verdict]) -> Callable[[Listening], Verdict]:
    """The first rule that is enabled; that there is none is told by ``has_rule``."""

    def judged(seen: Listening) -> Verdict:
        rule = next((rule for rule in seen.rules if rule.is_enabled), None)
        return judge(seen, rule) if rule else skipped("there is no enabled rule")

    return judged


def topic_tls(topic: Topic) -> Verdict:
    for statement in topic.policy:
        is_deny = not statement.is_allow and "*" in statement.principals
        if is_deny and statement.required("aws:SecureTransport") == ("false",):
            return passed("a Deny on aws:SecureTransport false")
    return failed("no such statement")


def topic_publishers(topic: Topic) -> Verdict:
    """An unconditional allow for everyone is an open topic; one bound to this account is SNS's default."""
    allowed = [statement for statement in topic.policy if statement.is_allow]
    if any("*" in each.principals and not each.condition for each in allowed):
        return failed("everyone may publish")
    who = [name for each in allowed for name in each.principals]
    if not any(name.endswith("-recorder") for name in who):
        return failed(f"the recorder's role is not allowed, only {', '.join(who) or 'nobody'}")
    others = [name for name in who if not name.endswith(_PUBLISHERS)]
    return nothing_but([f"{name} may publish" for name in others], when_none=", ".join(who))


def subscribers(topic: Topic) -> Verdict:
    if topic.unconfirmed:
        return failed(f"{topic.unconfirmed} subscriptions wait for their confirmation")
    if not topic.confirmed:
        return skipped("nobody subscribes; add addresses with greenshift:notifications")
    return passed(f"{topic.confirmed} subscriptions")


def _events(stack: Stack) -> Iterator[Subject[Listening]]:
    for detail_type in EVENTS:
        yield Subject(f"events {detail_type}", partial(read_listening, stack, detail_type))


def _topic(stack: Stack) -> Iterator[Subject[Topic]]:
    yield Subject(f"topic {stack.outputs.topic_arn.rsplit(':', 1)[1]}", partial(read_topic, stack))


LISTENING: tuple[Check[Listening], ...] = (
    Check(
        name="rule",
        expected="an enabled rule listens for these events",
        judge=has_rule,
        fix="enable it: aws events enable-rule --name …; or deploy the stack again",
    ),
    Check(
        name="pattern",
        expected="the rule listens to the right source, for this stack alone",
        judge=_of_rule(about_this_stack),
        fix="give the rule back its pattern: aws events put-rule --event-pattern … --name …",
    ),
    Check(
        name="target",
        expected="the rule's events go to the recorder",
        judge=_of_rule(reaches_recorder),
        fix="add it: aws events put-targets --targets Id=recorder,Arn=… --rule …",
    ),
    Check(
        name="admitted",
        expected="the recorder admits this rule, named by its ARN",
        judge=_of_rule(admitted),
        fix="aws lambda add-permission --action lambda:InvokeFunction --principal events.amazonaws.com "
        "--source-arn … --statement-id … --function-name …",
    ),
)

TOPIC: tuple[Check[Topic], ...] = (
    Check(
        name="topic-tls",
        expected="the topic refuses everyone who does not use TLS",
        judge=topic_tls,
        fix="add a Deny for Principal * on sns:Publish with the condition Bool aws:SecureTransport false",
    ),
    Check(
        name="publishers",
        expected="the recorder may publish to the topic, and no stranger may",
        judge=topic_publishers,
        fix="allow sns:Publish to the recorder's role only: aws sns set-topic-attributes "
        "--attribute-name Policy --topic-arn …",
    ),
    Check(
        name="subscribers",
        expected="whoever subscribes has confirmed it",
        judge=subscribers,
        fix="open the link in the mail AWS sent, or remove the subscription",
    ),
)

GROUP = Group(
    name="notifications",
    title="Notifications: from AWS's events to people",
    sections=(Section(subjects=_events, checks=LISTENING), Section(subjects=_topic, checks=TOPIC)),
)
