"""``DeliveryPipeline`` and its parts for programs in other languages: a Pulumi component provider.

In: a component's type, and settings as ``Pulumi.yaml`` has them.   Out: the component, with its outputs.

    __main__ (serves) -> provider -> parts (one row a component) -> components
    schema (pure): what ``pulumi package add`` and YAML programs know of it
    arguments: what arrives over the wire, as values

Pulumi's CLI starts this folder by its ``PulumiPlugin.yaml``; ``python -m greenshift.package.location``
prints it.
"""
