"""The delivery pipeline of PROJECT_NAME; everything it needs to know stands in Pulumi.yaml."""

import greenshift

greenshift.DeliveryPipeline.from_config()
