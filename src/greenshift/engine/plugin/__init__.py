"""Serves the table of AWS types as a Pulumi resource provider, for the Pulumi CLI that people have.

In:  an endpoint, a free port.       Out: Pulumi's ``ResourceProvider`` service on that port (provider.proto).

    server (gRPC, wire in and out) -> instances (which provider of a program calls) -> resources -> ``aws``
    configuration, comparison, previews, schema, sdk_version: pure

The CLI attaches to it by ``PULUMI_DEBUG_PROVIDERS=aws:PORT``. It runs beside the twin (``process``) and ends
with it. Like the engine it knows an endpoint and nothing of what serves it.
"""
