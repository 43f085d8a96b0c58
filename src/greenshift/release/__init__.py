"""What happens in a release: the code that runs inside AWS Lambda.

In:  CodePipeline jobs (controller), CodeDeploy lifecycle hooks (hook), EventBridge events (recorder).
Out: Lambda versions, CodeDeploy deployments, re-pointed alarms, ledger rows, one SNS message a release.

    controller, hook, recorder          Lambda's entry points; their parts meet in `wiring`
    publish, shift, rollback, settle    what they are asked to do, by a `job`, an `errands` or an `events`
    machine/                            what to do next, decided and not done
    observe, runner                     its eyes and its hands
    record/                             what is remembered, between two turns and afterwards
    comparison/                         the live version against the next one
    notices/                            what people hear
    package/                            what Build made
    services/                           AWS, one file a service

Between two turns everything known is in the ledger, so any line may be the last one an invocation reaches,
and any invocation may come twice.

It refuses to know the rest of Greenshift: standard library and boto3 only, because it is zipped alone.
"""
