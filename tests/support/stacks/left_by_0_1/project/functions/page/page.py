def handler(event, context):
    return "three"
