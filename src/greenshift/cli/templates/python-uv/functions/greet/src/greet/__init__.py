from greet.words import greeting


def handler(event, context):
    return {"message": greeting(event.get("name", "world"))}
