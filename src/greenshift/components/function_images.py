"""``FunctionImages``: where the images of container functions are, and what is in there before a release.

An image is kept as long as its function is: Lambda fetches it again for a version that was idle for weeks,
and fails a version whose image is gone (developer guide, "Function lifecycle"). So nothing here expires.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from greenshift.components.context import StackContext
from greenshift.components.control_function import ControlFunction, ControlFunctionArgs, control_function
from greenshift.components.policies.images import first_image_policy, repository_policy
from greenshift.contract.not_released import FIRST_TAG
from greenshift.settings.images import images


@dataclass(frozen=True, kw_only=True)
class FunctionImagesArgs:
    context: StackContext


@dataclass(frozen=True)
class FirstImage:
    """What Lambda creates a function of, and what must be there before."""

    uri: pulumi.Output[str]
    waits_for: Sequence[pulumi.Resource]


class FunctionImages(pulumi.ComponentResource):
    """Made only of a stack that has such functions."""

    def __init__(
        self, name: str, args: FunctionImagesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("greenshift:index:FunctionImages", name, None, opts)
        self._context = args.context
        self._options = pulumi.ResourceOptions(parent=self)
        keys = images(args.context.settings.functions)
        self._filler = self._first_image_function(keys)
        self.repositories = {key: self._repository(key) for key in keys}
        self.first = {key: self._first_image(key) for key in keys}
        self.register_outputs({})

    def _first_image_function(self, keys: Sequence[str]) -> ControlFunction:
        context = self._context
        policy = aws.iam.Policy(
            context.named("first-image-policy"),
            name=context.names.policy("first-image"),
            description="What puts the first images of this stack may do",
            policy=first_image_policy(context.names, context.arns, keys),
            tags=context.tags,
            opts=self._options,
        )
        args = ControlFunctionArgs(
            context=context,
            name=context.names.first_image,
            description="Gives each container function an image until its first release",
            module="first_image",
            attached={"permissions": policy.arn},
            memory=context.settings.release.hook_memory,
        )
        return control_function("first-image", args, self)

    def _repository(self, key: str) -> aws.ecr.Repository:
        return aws.ecr.Repository(
            self._context.named(f"{key}-repository"),
            name=self._context.names.repository(key),
            # A version of the function means one image, whatever is pushed later.
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            force_delete=True,
            tags=self._context.tags,
            opts=self._options,
        )

    def _first_image(self, key: str) -> FirstImage:
        context, repository = self._context, self.repositories[key]
        function_arn = context.arns.function(context.names.function(key))
        pulled = aws.ecr.RepositoryPolicy(
            context.named(f"{key}-repository-policy"),
            repository=repository.name,
            policy=repository_policy(function_arn),
            opts=self._options,
        )
        architecture = context.settings.functions[key].architecture
        asked = repository.name.apply(
            lambda name: json.dumps({"repository": name, "architecture": architecture})
        )
        put = aws.lambda_.Invocation(
            context.named(f"{key}-first-image"),
            function_name=self._filler.function.name,
            input=asked,
            opts=self._options,
        )
        return FirstImage(repository.repository_url.apply(lambda url: f"{url}:{FIRST_TAG}"), (put, pulled))
