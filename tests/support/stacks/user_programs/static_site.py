"""A site in a bucket, behind a CDN."""

import pulumi
import pulumi_aws as aws

import greenshift

delivery = greenshift.DeliveryPipeline.from_config()
charge = delivery.functions["charge"]

site = aws.s3.Bucket("site", bucket_prefix="site-", force_destroy=True)
aws.s3.BucketWebsiteConfiguration(
    "web", bucket=site.id, index_document={"suffix": "index.html"}, error_document={"key": "404.html"}
)
open_ = aws.s3.BucketPublicAccessBlock("open", bucket=site.id, block_public_policy=False)
aws.s3.BucketPolicy(
    "read",
    bucket=site.id,
    opts=pulumi.ResourceOptions(depends_on=[open_]),
    policy=site.arn.apply(
        lambda arn: (
            aws.iam.get_policy_document(
                statements=[
                    {
                        "actions": ["s3:GetObject"],
                        "resources": [f"{arn}/*"],
                        "principals": [{"type": "*", "identifiers": ["*"]}],
                    }
                ]
            ).json
        )
    ),
)
aws.s3.BucketObjectv2(
    "index", bucket=site.id, key="index.html", content="<h1>hello</h1>", content_type="text/html"
)
cdn = aws.cloudfront.Distribution(
    "cdn",
    enabled=True,
    default_root_object="index.html",
    origins=[{"origin_id": "site", "domain_name": site.bucket_regional_domain_name}],
    default_cache_behavior={
        "target_origin_id": "site",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={"cloudfront_default_certificate": True},
)
pulumi.export("address", pulumi.Output.concat("https://", cdn.domain_name))
