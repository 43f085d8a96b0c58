"""The delivery pipeline of payments; everything it needs to know stands in Pulumi.yaml."""

import greenshift

greenshift.DeliveryPipeline.from_config()
