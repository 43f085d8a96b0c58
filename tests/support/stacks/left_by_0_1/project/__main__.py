import greenshift

greenshift.DeliveryPipeline.from_config()
