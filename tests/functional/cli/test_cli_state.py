"""``greenshift import``, ``state`` and ``refresh``, as a person types them."""

from __future__ import annotations

from support.people.shell import SPEED, Shell

TYPE = "aws:sns/topic:Topic"


def test_what_exists_is_taken_in_renamed_unprotected_looked_at_and_forgotten(project: Shell) -> None:
    assert project.greenshift("twin", "start", "--json").json["speed"] == float(SPEED)
    sns = project.client("sns")
    arn = sns.create_topic(Name="made-by-hand")["TopicArn"]

    imported = project.greenshift("import", TYPE, "notices", arn, "--json").json
    declared = "aws.sns.Topic(\"notices\", name='made-by-hand', opts=pulumi.ResourceOptions(protect=True))"
    assert declared in imported["declaration"]
    listed = project.greenshift("state", "list", "--json").json
    assert [(item["type"], item["id"], item["protect"]) for item in listed if item["type"] == TYPE] == [
        (TYPE, arn, True)
    ]

    refused = project.greenshift("state", "delete", "notices", "--yes", ok=False)
    assert "notices (aws:sns/topic:Topic) is protected" in refused.err
    assert "::alerts" in project.greenshift("state", "rename", "notices", "alerts", "--yes").out
    assert "no longer protected: urn:" in project.greenshift("state", "unprotect", "--all", "--yes").out
    assert project.greenshift("refresh", "--json").json["changes"] == {"same": 1}
    sns.delete_topic(TopicArn=arn)
    assert project.greenshift("refresh", "--preview-only", "--json").json["changes"] == {"delete": 1}
    assert "forgotten: urn:" in project.greenshift("state", "delete", "alerts", "--yes").out
    on_aws = project.greenshift("state", "delete", "alerts", "--stack", "prod", ok=False)
    assert "pulumi state delete --stack prod" in on_aws.err
