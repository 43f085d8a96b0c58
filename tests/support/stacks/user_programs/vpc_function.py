"""A function in a VPC of the stack's own."""

import pulumi_aws as aws

import greenshift

zones = aws.get_availability_zones(state="available")
vpc = aws.ec2.Vpc("shop", cidr_block="10.7.0.0/16", enable_dns_hostnames=True)
subnets = [
    aws.ec2.Subnet(
        f"private-{n}", vpc_id=vpc.id, cidr_block=f"10.7.{n}.0/24", availability_zone=zones.names[n]
    )
    for n in range(2)
]
inner = aws.ec2.SecurityGroup(
    "inner",
    vpc_id=vpc.id,
    egress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}],
)
greenshift.DeliveryPipeline.from_config(
    functions={
        "charge": greenshift.FunctionArgs(
            subnet_ids=[subnet.id for subnet in subnets], security_group_ids=[inner.id]
        )
    }
)
