"""Where access differs from AWS on purpose."""

from greenshift.twin.departures import Departure

DEPARTURES = (
    Departure(
        "who you are",
        "a request with an unknown key is the account's root, which may do everything",
        "it is your machine",
    ),
    Departure(
        "`/moto-api`, instance metadata",
        "*refused*",
        "moto's own API knows half of what is here; for an empty twin stop it and start it",
    ),
    Departure(
        "signatures",
        "must be there, and are not verified",
        "the twin knows nobody's secrets",
    ),
    Departure(
        "operations that need no signature",
        "those of STS and Cognito that botocore marks so, and what a policy or an ACL of S3 gives "
        "to everybody. A bucket without a public access block has none",
        "moto makes none; on AWS a new bucket blocks all public access",
    ),
    Departure(
        "key policies, service control policies, session policies",
        "*ignored*",
        "only identity policies, boundaries and the policies of buckets, topics and functions "
        "matter to a pipeline in one account",
    ),
    Departure(
        "operations without a written-down permission",
        "*refused* to every role",
        "letting one pass would hide a missing permission",
    ),
    Departure(
        "`aws:SourceArn` in a trust policy",
        "*ignored*",
        "no service of the twin tells for which resource it takes a role",
    ),
    Departure(
        "sessions",
        "do not expire, and one is kept for each role and session name",
        "a paused laptop must not break a deployment",
    ),
    Departure(
        "tags",
        "kept and told; no condition of a policy reads them",
        "what may be done depends on names here, not on tags",
        stored=(
            "cloudwatch:TagResource",
            "cloudwatch:UntagResource",
            "codeconnections:TagResource",
            "codeconnections:UntagResource",
            "codedeploy:TagResource",
            "codedeploy:UntagResource",
            "codepipeline:TagResource",
            "codepipeline:UntagResource",
            "events:TagResource",
            "events:UntagResource",
            "lambda:TagResource",
            "lambda:UntagResource",
            "scheduler:TagResource",
            "scheduler:UntagResource",
            "sqs:TagQueue",
            "sqs:UntagQueue",
        ),
    ),
)
