// Registers the same resources as the other programs, by their tokens: with pulumi-aws' own package it would take
// minutes to compile, and what reaches the engine is the same.
package main

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
"Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
const code = "def handler(event, context):\n    return 'hello'\n"

type resource struct {
	pulumi.CustomResourceState
	Arn     pulumi.StringOutput `pulumi:"arn"`
	Name    pulumi.StringOutput `pulumi:"name"`
	Version pulumi.StringOutput `pulumi:"version"`
}

func register(ctx *pulumi.Context, token string, name string, inputs pulumi.Map) *resource {
	var made resource
	if err := ctx.RegisterResource(token, name, inputs, &made); err != nil {
		panic(err)
	}
	return &made
}

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		topic := register(ctx, "aws:sns/topic:Topic", "topic", pulumi.Map{})
		role := register(ctx, "aws:iam/role:Role", "role", pulumi.Map{"assumeRolePolicy": pulumi.String(trust)})
		function := register(ctx, "aws:lambda/function:Function", "function", pulumi.Map{
			"runtime": pulumi.String("python3.13"),
			"handler": pulumi.String("handler.handler"),
			"role":    role.Arn,
			"publish": pulumi.Bool(true),
			"code": pulumi.NewAssetArchive(map[string]interface{}{
				"handler.py": pulumi.NewStringAsset(code),
			}),
			"environment": pulumi.Map{"variables": pulumi.Map{"TOPIC": topic.Arn}},
		})
		live := register(ctx, "aws:lambda/alias:Alias", "live", pulumi.Map{
			"name":            pulumi.String("live"),
			"functionName":    function.Name,
			"functionVersion": function.Version,
		})
		ctx.Export("arn", live.Arn)
		return nil
	})
}
