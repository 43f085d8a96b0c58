"""boto3 clients for a deployed stack: the user's own credentials, checked against its account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from greenshift.contract.arns import Arns
from greenshift.errors import GreenshiftError

_SIGN_IN = "sign in, for example with: aws sso login; then check with: aws sts get-caller-identity"


def clients(stack: str, topic_arn: str) -> Callable[[str], Any]:
    """Makes clients in the region of the stack's topic, with boto3's normal credentials.

    The names in a stack's outputs exist once per account and region, so with another account's credentials
    every call would fail with "not found", which says nothing.
    """
    place = Arns.beside(topic_arn)
    try:
        session = boto3.Session(region_name=place.region)
        found = session.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise GreenshiftError(f"AWS does not know who you are: {error}", hint=_SIGN_IN) from None
    if found != place.account:
        raise GreenshiftError(
            f"stack {stack!r} is in account {place.account}, your credentials are of account {found}",
            hint="choose the stack's account, for example with: export AWS_PROFILE=<profile>",
        )
    config = Config(retries={"mode": "standard"}, max_pool_connections=16)
    return lambda service: session.client(service, config=config)
