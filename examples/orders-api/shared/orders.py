"""What an order is, for the functions that work on them."""

PLACED, SHIPPED = "PLACED", "SHIPPED"


class Refused(Exception):
    """A message that no version of the code will ever be able to work on."""


def id_of(message):
    """The id of the order a message is about."""
    found = message.get("id") if isinstance(message, dict) else None
    if not isinstance(found, str) or not found:
        raise Refused("the message names no order")
    return found
