"""Media: a bucket whose uploads are entered in a catalogue, and totals kept by the catalogue's stream."""

import pulumi
import pulumi_aws as aws

import greenshift

uploads = aws.s3.Bucket("uploads", force_destroy=True)
catalogue_table = aws.dynamodb.Table(
    "catalogue",
    billing_mode="PAY_PER_REQUEST",
    hash_key="key",
    attributes=[{"name": "key", "type": "S"}],
    stream_enabled=True,
    stream_view_type="NEW_AND_OLD_IMAGES",
)
totals = aws.dynamodb.Table(
    "totals",
    billing_mode="PAY_PER_REQUEST",
    hash_key="kind",
    attributes=[{"name": "kind", "type": "S"}],
)
failed = aws.sqs.Queue("media-failed")


def may(action: str, on: pulumi.Input[str]) -> dict[str, object]:
    """A policy of one statement."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": on}]}


pipeline = greenshift.DeliveryPipeline.from_config(
    functions={
        "catalogue": greenshift.FunctionArgs(
            environment={"TABLE": catalogue_table.name},
            policies=[may("dynamodb:PutItem", catalogue_table.arn), may("sqs:SendMessage", failed.arn)],
        ),
        "count": greenshift.FunctionArgs(
            environment={"TABLE": totals.name}, policies=[may("dynamodb:UpdateItem", totals.arn)]
        ),
    }
)
catalogue, count = pipeline.functions["catalogue"], pipeline.functions["count"]

catalogue.add_bucket_notification(uploads, prefix="in/")
aws.lambda_.FunctionEventInvokeConfig(  # an upload is told once: what fails three times is kept
    "catalogue-failed",
    function_name=catalogue.function.name,
    qualifier=catalogue.alias.name,
    destination_config={"on_failure": {"destination": failed.arn}},
)
count.add_event_source(
    catalogue_table,
    starting_position="TRIM_HORIZON",
    batch_size=10,
    maximum_retry_attempts=20,
    bisect_batch_on_function_error=True,
)

pulumi.export("bucket", uploads.bucket)
pulumi.export("catalogue", catalogue_table.name)
pulumi.export("totals", totals.name)
pulumi.export("failed", failed.url)
