"""What happens in a release: the code that runs inside AWS Lambda.

In:  CodePipeline jobs (controller), CodeDeploy lifecycle hooks (hook), EventBridge events (recorder).
Out: Lambda versions, CodeDeploy deployments, re-pointed alarms, ledger rows, one SNS message a release.

`decide.py` and `restore.py` say what to do and do nothing; `runner.py` does it and decides nothing;
`observe.py` reads the world. Between two turns everything known is in the ledger, so any line may be the
last one an invocation reaches, and any invocation may come twice.

It refuses to know the rest of Greenshift: standard library and boto3 only, because it is zipped alone.
"""
