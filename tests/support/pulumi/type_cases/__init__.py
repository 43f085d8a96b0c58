"""What each resource type of the table goes through in a test, a family of types a file."""

from support.pulumi.type_cases import (
    buckets,
    feeding,
    gateway,
    granting,
    moving,
    network,
    rest,
    sqs,
    storing,
    users,
    usual,
    watching,
)

_FAMILIES = (sqs, storing, moving, gateway, network, granting, watching, buckets, feeding, rest, users, usual)
CASES = [case for family in _FAMILIES for case in family.CASES]
