"""What exists on AWS: one Pulumi component per file, and beside them pure functions for every spec.

In: ``Settings``, the project and stack, account and region.
Out: the resources of a delivery pipeline, and the outputs a stack exports.
The pure files (``names``, ``arns``, ``policies/``, ``buildspec``, ``alarm``, ``stages``, ``targets``) import
neither Pulumi nor boto3, so anyone may ask them for a name. Refuses to know: whether it is AWS or the twin
that answers, and what a release does with what is built here.
"""
