"""The way to AWS: the real Pulumi CLI, driven through Pulumi's Automation API, told like our own engine.

In:  a project's directory, a stack's name.     Out: the engine's events while it works, and its ``Result``.

    stack -> cli (the process, Ctrl-C) -> Pulumi -> translation (its events as ours) -> the caller
    failures, deployer: pure                     account: boto3 with the user's own credentials

The program, the settings and the stack files are the ones ``pulumi up`` uses; nothing here writes them.
It knows nothing of the twin, and changes nothing on AWS itself: that is Pulumi's part.
"""

from greenshift.pulumi_cli.account import clients
from greenshift.pulumi_cli.stack import PulumiStack

__all__ = ["PulumiStack", "clients"]
