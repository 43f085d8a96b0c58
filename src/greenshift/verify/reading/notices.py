"""The way of a notice: rules on the event bus, the recorder behind them, the topic people subscribe to."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.contract.policies import Statement
from greenshift.reading import events
from greenshift.reading.events import Rule, Topic, read_rules
from greenshift.reading.functions import read_admitted
from greenshift.verify.stack import Stack


@dataclass(frozen=True, kw_only=True)
class Listening:
    """The rules of one kind of event, and whom the recorder lets in."""

    detail_type: str
    base: str
    recorder_arn: str
    rules: tuple[Rule, ...]
    admitted: tuple[Statement, ...]


def read_topic(stack: Stack) -> Topic:
    return stack.aws.read(events.read_topic, "sns", stack.outputs.topic_arn)


def read_listening(stack: Stack, detail_type: str) -> Listening:
    rules = stack.aws.read(read_rules, "events", f"{stack.base}-")
    return Listening(
        detail_type=detail_type,
        base=stack.base,
        recorder_arn=stack.arns.function(stack.names.recorder),
        rules=tuple(rule for rule in rules if detail_type in rule.detail_types),
        admitted=stack.aws.read(read_admitted, "lambda", stack.names.recorder),
    )
