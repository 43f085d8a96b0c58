import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const topic = new aws.sns.Topic("topic");
const role = new aws.iam.Role("role", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
});
const fn = new aws.lambda.Function("function", {
  runtime: "python3.13",
  handler: "handler.handler",
  role: role.arn,
  publish: true,
  code: new pulumi.asset.AssetArchive({
    "handler.py": new pulumi.asset.StringAsset("def handler(event, context):\n    return 'hello'\n"),
  }),
  environment: { variables: { TOPIC: topic.arn } },
});
const live = new aws.lambda.Alias("live", {
  name: "live",
  functionName: fn.name,
  functionVersion: fn.version,
});

export const arn = live.arn;
