"""Ships the orders of a batch of messages.

A message that is no order is reported by itself, and ends in the dead-letter queue: that is not this code's
fault. What this code raises fails the whole batch, and counts against this version: it comes back, perhaps to
another version, so an order that was shipped already is shipped no second time.
"""

import json
import os

import boto3
from botocore.exceptions import ClientError
from orders import PLACED, SHIPPED, Refused, id_of

table = None


def ship(records, mark):
    """Ship each order; the answer names the messages that are to come back. ``mark`` marks one as shipped."""
    failures = []
    for record in records:
        try:
            mark(id_of(message_of(record)))
        except Refused as refused:
            print(f"refused {record['messageId']}: {refused}")
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def message_of(record):
    try:
        return json.loads(record["body"])
    except ValueError as error:
        raise Refused(f"not JSON: {error}") from None


def handler(event, context):
    if event.get("greenshift", {}).get("smoke"):
        return {"ready": True}
    return ship(event["Records"], lambda id_: mark_shipped(id_, context.function_version))


def mark_shipped(id_, version):
    """Only what is placed is shipped; for what is shipped already there is nothing to do."""
    try:
        orders().update_item(
            Key={"id": id_},
            UpdateExpression="SET #status = :shipped, shippedBy = :version",
            ConditionExpression="#status = :placed",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":shipped": SHIPPED, ":placed": PLACED, ":version": version},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        if "Item" not in error.response:
            raise Refused(f"there is no order {id_}") from None


def orders():
    """The table; opened once per process."""
    global table
    if table is None:
        table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    return table
