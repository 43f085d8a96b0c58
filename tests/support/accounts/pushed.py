"""What GitHub and a connection do after a push: every pipeline whose source is this repository starts.

python pushed.py <owner/name>       with AWS's own variables in the environment
"""

from __future__ import annotations

import sys

import boto3


def main(repository: str) -> None:
    client = boto3.client("codepipeline")
    for found in client.list_pipelines()["pipelines"]:
        pipeline = client.get_pipeline(name=found["name"])["pipeline"]
        sources = [action["configuration"] for action in pipeline["stages"][0]["actions"]]
        if any(source.get("FullRepositoryId") == repository for source in sources):
            client.start_pipeline_execution(name=found["name"])


if __name__ == "__main__":
    main(sys.argv[1])
