from rates import RATE


def handler(event, context):
    return {"rate": RATE}
