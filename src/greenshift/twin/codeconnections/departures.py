"""Where connections differ from AWS's on purpose."""

from greenshift.twin.departures import Departure

DEPARTURES = (
    Departure(
        "connections",
        'complete their handshake by themselves; after `PUT /_twin/handshakes` with `{"handshake": '
        '"manual"}` new ones stay PENDING until `POST /_twin/handshakes` with `{"connection": '
        '"<arn>"}`',
        "it is a person's click in a console",
    ),
)
