"""moto behind its one thread: S3, DynamoDB, IAM, STS, SNS, SQS, logs and whatever else we do not own.

Comes in: requests from the gateway and calls through the door. Goes out: moto's answers. moto's state is
not safe to touch from several threads, so exactly one thread ever does.
"""

from greenshift.twin.moto.worker import Moto

__all__ = ["Moto"]
