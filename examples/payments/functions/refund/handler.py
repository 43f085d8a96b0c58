"""Refunds a payment and records it."""

import os

import boto3

VERSION = "v1"

table = None


def refund(event, put_item):
    """Refund ``amount`` cents of payment ``id``; ``put_item`` writes one item to the table."""
    amount = event.get("amount")
    if not isinstance(amount, int) or amount <= 0:
        return {"accepted": False, "reason": "amount must be a positive number of cents"}
    put_item({"deploymentId": f"refund#{event['id']}", "amount": amount})
    return {"accepted": True, "id": event["id"], "amount": amount, "version": VERSION}


def handler(event, context):
    if event.get("greenshift", {}).get("smoke"):
        return {"version": VERSION}
    return refund(event, lambda item: ledger().put_item(Item=item))


def ledger():
    """The table every function of this pipeline may write; opened once per process."""
    global table
    if table is None:
        table = boto3.resource("dynamodb").Table(os.environ["DEPLOYMENT_TABLE_NAME"])
    return table
