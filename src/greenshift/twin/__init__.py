"""The local twin: AWS on one loopback port, in one asyncio process.

Comes in: requests of real AWS clients over HTTP. Goes out: what those services do on AWS, done for real:
builds run, functions run, traffic is split, alarms fire, deployments roll back. One folder per service we
own; moto, behind its one thread, serves the rest. The twin knows nothing of Pulumi, settings or the CLI.
"""
