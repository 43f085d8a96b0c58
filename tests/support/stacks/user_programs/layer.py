"""Code that functions share."""

import pulumi
import pulumi_aws as aws

import greenshift

layer = aws.lambda_.LayerVersion(
    "shared",
    layer_name="shared",
    compatible_runtimes=["python3.13"],
    code=pulumi.AssetArchive({"python/shared.py": pulumi.StringAsset("LIMIT = 5")}),
)
aws.lambda_.LayerVersionPermission(
    "all",
    layer_name=layer.layer_name,
    version_number=layer.version.apply(int),
    statement_id="all",
    action="lambda:GetLayerVersion",
    principal="*",
)
greenshift.DeliveryPipeline.from_config(functions={"charge": greenshift.FunctionArgs(layers=[layer.arn])})
