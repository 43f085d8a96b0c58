"""The AWS managed policies our roles have, few, right and narrow; without their ARN's beginning."""

from __future__ import annotations

# Without triggers CodeDeploy publishes nothing, so the variant without sns:Publish is enough.
CODEDEPLOY = "service-role/AWSCodeDeployRoleForLambdaLimited"
TRACING = "AWSXRayDaemonWriteAccess"
