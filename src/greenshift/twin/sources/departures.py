"""Where what feeds functions differs from AWS on purpose."""

from greenshift.twin.departures import Departure

DEPARTURES = (
    Departure(
        "tables and streams whose records make a function write to them again",
        "end after 100 batches that led to each other, and `twin.log` says so; the records are "
        "passed over. A batch that also has a record that somebody else wrote begins anew",
        "Lambda's detection of recursive loops covers SQS, SNS, S3 and direct invocations; on AWS "
        "such a loop goes on, and costs",
    ),
    Departure(
        "batches at once of a mapping without a maximum concurrency",
        "16, from the start",
        "a version has that many processes here; AWS begins with five and adds more",
    ),
    Departure(
        "sources of functions",
        "SQS, Kinesis and DynamoDB streams; parallelisation and tumbling windows, Kafka, MQ and "
        "DocumentDB are *refused*",
        "what exists on the twin",
    ),
    Departure(
        "age of a stream's record",
        "counts from when it was first read",
        "moto keeps the streams, by your clock",
    ),
)
