"""ARNs built from names, so a policy can name what does not exist yet (and no cycle arises)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Arns:
    account: str
    region: str

    @classmethod
    def beside(cls, arn: str) -> Arns:
        """ARNs in the account and region of another ARN, which must have both."""
        _, _, _, region, account, *_ = arn.split(":")
        return cls(account, region)

    @property
    def partition(self) -> str:
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    def in_any_account(self, service: str) -> str:
        """Everything of a service in this region, whosever it is."""
        return f"arn:{self.partition}:{service}:{self.region}:*:*/*"

    def managed_policy(self, path: str) -> str:
        return f"arn:{self.partition}:iam::aws:policy/{path}"

    def pipeline_console(self, name: str) -> str:
        """Where a person sees a pipeline in AWS's console."""
        domain = "amazonaws.cn" if self.partition == "aws-cn" else "aws.amazon.com"
        page = f"codesuite/codepipeline/pipelines/{name}/view?region={self.region}"
        return f"https://{self.region}.console.{domain}/{page}"

    def policy(self, name: str) -> str:
        return f"arn:{self.partition}:iam::{self.account}:policy/{name}"

    def role(self, name: str) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{name}"

    def bucket(self, name: str) -> str:
        return f"arn:{self.partition}:s3:::{name}"

    def function(self, name: str) -> str:
        return self._regional("lambda", f"function:{name}")

    def table(self, name: str) -> str:
        return self._regional("dynamodb", f"table/{name}")

    def topic(self, name: str) -> str:
        return self._regional("sns", name)

    def alarm(self, name: str) -> str:
        return self._regional("cloudwatch", f"alarm:{name}")

    def log_group(self, name: str) -> str:
        return self._regional("logs", f"log-group:{name}")

    def rule(self, name: str) -> str:
        return self._regional("events", f"rule/{name}")

    def pipeline(self, name: str) -> str:
        return self._regional("codepipeline", name)

    def webhook(self, name: str) -> str:
        return self._regional("codepipeline", f"webhook:{name}")

    def connection(self, id_: str, service: str = "codeconnections") -> str:
        """``service`` may also be ``codestar-connections``, as it was called before."""
        return self._regional(service, f"connection/{id_}")

    def report_group(self, name: str) -> str:
        return self._regional("codebuild", f"report-group/{name}")

    def build_project(self, name: str) -> str:
        return self._regional("codebuild", f"project/{name}")

    def application(self, name: str) -> str:
        return self._regional("codedeploy", f"application:{name}")

    def deployment_group(self, application: str, group: str) -> str:
        return self._regional("codedeploy", f"deploymentgroup:{application}/{group}")

    def deployment_config(self, name: str) -> str:
        return self._regional("codedeploy", f"deploymentconfig:{name}")

    def repository(self, name: str) -> str:
        return self._regional("ecr", f"repository/{name}")

    @property
    def registry(self) -> str:
        """The host of this account's images (ECR user guide, "Private registries")."""
        domain = "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"
        return f"{self.account}.dkr.ecr.{self.region}.{domain}"

    def _regional(self, service: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"
