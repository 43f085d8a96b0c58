"""Resources in another region, with tags of their own."""

import pulumi
import pulumi_aws as aws

import greenshift

delivery = greenshift.DeliveryPipeline.from_config()
charge = delivery.functions["charge"]

europe = aws.Provider("europe", region="eu-west-1", default_tags={"tags": {"team": "shop"}})
there = pulumi.ResourceOptions(provider=europe)
copies = aws.s3.Bucket("copies", force_destroy=True, opts=there)
queue = aws.sqs.Queue("far", opts=there)
topic = aws.sns.Topic("far", opts=there)
pulumi.export("region", aws.get_region(opts=pulumi.InvokeOptions(provider=europe)).region)
pulumi.export("tags", queue.tags_all)
