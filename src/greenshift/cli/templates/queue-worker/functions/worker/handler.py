import json
import os

import boto3


def handler(event, context):
    """Works off a batch; only the messages that failed come back."""
    failed = []
    for record in event.get("Records", []):
        try:
            keep(record["messageId"], work(json.loads(record["body"])))
        except Exception as error:
            print(f"{record['messageId']} failed: {error!r}")
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def work(job):
    return {"squared": job["number"] ** 2}


def keep(id_, result):
    item = {"id": {"S": id_}, "result": {"S": json.dumps(result)}}
    boto3.client("dynamodb").put_item(TableName=os.environ["DONE"], Item=item)
