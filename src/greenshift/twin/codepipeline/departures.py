"""Where pipelines differ from AWS's on purpose."""

from greenshift.twin.departures import Departure

DEPARTURES = (
    Departure(
        "a push",
        "does not start the pipeline; `greenshift release` stands in for it. S3 sources are not polled",
        "the source is a local repository, which tells nobody of a commit",
    ),
    Departure(
        "triggers",
        "kept and shown, *ignored*",
        "they filter pushes, and there are none",
    ),
    Departure(
        "webhooks",
        "arrive at `/_twin/webhooks/<token>` on the twin's port, checked as AWS does",
        "AWS's address is on the internet",
    ),
    Departure(
        "registering a webhook with GitHub",
        "kept and told, *ignored*",
        "GitHub cannot reach your machine",
        stored=(
            "codepipeline:RegisterWebhookWithThirdParty",
            "codepipeline:DeregisterWebhookWithThirdParty",
        ),
    ),
    Departure(
        "rules of stage conditions",
        "CloudWatchAlarm, CodeBuild, DeploymentWindow, LambdaInvoke and VariableCheck; others *refused*",
        "a pipeline that silently behaves otherwise is worse than none",
    ),
    Departure(
        "a CloudWatchAlarm rule without `AlarmStates`",
        "fails in ALARM alone, looked at when `WaitTime` is over",
        "AWS does not say",
    ),
    Departure(
        "action types",
        "CodeStarSourceConnection, GitHub, S3, CodeBuild, CodeDeploy, Lambda and Manual; others *refused*",
        "these are what the delivery pipeline may use",
    ),
    Departure(
        "a CodeDeploy action",
        "deploys the `appspec.yaml`, `.yml` or `.json` at the root of its artifact",
        "AWS describes the action for servers only",
    ),
    Departure(
        "cross-region actions, `CODEBUILD_CLONE_REF`",
        "*refused*",
        "one region, and sources without git history",
    ),
    Departure(
        "a Lambda action that never answers",
        "fails after 20 twin minutes, but not before 60 real seconds",
        "the function runs in real time",
    ),
)
