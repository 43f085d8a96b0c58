"""The AWS managed policies our roles have, few, right and narrow; without their ARN's beginning."""

from __future__ import annotations

# Without triggers CodeDeploy publishes nothing, so the variant without sns:Publish is enough.
CODEDEPLOY = "service-role/AWSCodeDeployRoleForLambdaLimited"
# Not AWSLambdaVPCAccessExecutionRole: with it a function could make log groups as well.
NETWORK = "service-role/AWSLambdaENIManagementAccess"
TRACING = "AWSXRayDaemonWriteAccess"
