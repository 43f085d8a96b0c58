"""Adds up the numbers it is given."""


def total(numbers):
    return sum(numbers)


def handler(event, context):
    return {"total": total(event.get("numbers", []))}
