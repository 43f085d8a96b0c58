"""A page, served as it is: this directory needs no package manager."""


def handler(event, context):
    return {"statusCode": 200, "headers": {"Content-Type": "text/html"}, "body": "<h1>it works</h1>"}
