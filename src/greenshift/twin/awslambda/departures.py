"""Where functions differ from AWS's on purpose."""

from greenshift.twin.departures import Departure

DEPARTURES = (
    Departure(
        "provisioned concurrency",
        "kept, *ignored*",
        "a process starts in milliseconds",
        stored=(
            "lambda:PutProvisionedConcurrencyConfig",
            "lambda:DeleteProvisionedConcurrencyConfig",
        ),
    ),
    Departure(
        "time-out",
        "real seconds, and so are the deadline and the remaining time",
        "user code compares them with the machine's clock",
    ),
    Departure(
        "freezing",
        "none: a process runs on between invocations",
        "it is an ordinary process",
    ),
    Departure(
        "memory limit",
        "*ignored*; the REPORT line tells what was used",
        "the same code may need more here than on AWS",
    ),
    Departure(
        "VPC, architecture, ephemeral storage, tracing, SnapStart, KMS key, JSON log format",
        "kept and shown, *ignored*",
        "one machine has one network, processor and disk",
    ),
    Departure(
        "`/tmp`",
        "one folder for each function, named in `TMPDIR`",
        "processes share the machine's file system",
    ),
    Departure(
        "runtimes",
        "Node, Python, `java17` and `java21` where a JDK is here, `ruby3.x` where Ruby is (without AWS's "
        "SDK for it), and `provided.al2023` (any executable, which must run on this machine); another "
        "version than this machine's is named in the function's log. Others *refused*",
        "only these interpreters are here",
    ),
    Departure(
        "clients of `@aws-sdk` v3 that Node functions name",
        "the common ones are pinned; any other is fetched with npm when a function first names it. "
        "AWS bundles all of them",
        "several hundred packages that most functions never ask for",
    ),
    Departure(
        "layers",
        "must be published on the twin (`aws lambda publish-layer-version`); `python/`, `nodejs/`, "
        "`bin/` and `lib/` of each are on the search paths, the last layer first. There is no "
        "`/opt`",
        "functions share the file system of this machine",
    ),
    Departure(
        "images, file systems, code signing, tenants, capacity providers, durable functions, fixed "
        "versions of a runtime, response streaming",
        "*refused*",
        "cannot be honoured, so not pretended",
    ),
    Departure(
        "processes",
        "at most 16 for a version; more requests wait up to 60 real seconds",
        "memory of one machine",
    ),
    Departure(
        "what a function starts",
        "at most 1,024 processes at once, as on AWS; a function with more is ended, and its log "
        "says so. Threads are not counted",
        "one that forks without end would take the machine along",
    ),
    Departure(
        "functions that invoke each other without end",
        "stopped after 16 invocations on the way of one event, as on AWS, through direct calls, "
        "SNS, SQS and S3, and `twin.log` says so; `put-function-recursion-config` allows it",
        "as on AWS, an SDK must send the trace header",
    ),
    Departure(
        "events that wait",
        "10,000 of 128 MiB in all; more get `TooManyRequestsException`",
        "they are kept in memory",
    ),
    Departure(
        "permissions of layers",
        "kept and told, *ignored*",
        "there is one account, and whoever is in it may use its layers",
        stored=(
            "lambda:AddLayerVersionPermission",
            "lambda:RemoveLayerVersionPermission",
        ),
    ),
    Departure(
        "invocations, errors and retries by source and version",
        "metrics in the namespace `Greenshift/Sources`; AWS has none",
        "a release should tell what a queue, an API or a schedule gave to each version",
    ),
)
