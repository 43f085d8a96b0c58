"""Users, and an API that knows them."""

import pulumi
import pulumi_aws as aws

import greenshift

delivery = greenshift.DeliveryPipeline.from_config()
charge = delivery.functions["charge"]

pool = aws.cognito.UserPool("people", auto_verified_attributes=["email"], username_attributes=["email"])
client = aws.cognito.UserPoolClient(
    "web",
    user_pool_id=pool.id,
    callback_urls=["https://shop.example/in"],
    allowed_oauth_flows=["code"],
    allowed_oauth_scopes=["openid"],
    allowed_oauth_flows_user_pool_client=True,
)
api = charge.add_http_api("GET /me")
aws.apigatewayv2.Authorizer(
    "people",
    api_id=api.api.id,
    name="people",
    authorizer_type="JWT",
    identity_sources=["$request.header.Authorization"],
    jwt_configuration={"issuer": pulumi.Output.concat("https://", pool.endpoint), "audiences": [client.id]},
)
