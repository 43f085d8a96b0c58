"""Where the wire differs from AWS's on purpose."""

from greenshift.twin.departures import Departure

DEPARTURES = (
    Departure(
        "size of a request",
        "an object of S3 256 MiB (larger ones go up in parts), code 70 MB as on AWS, anything else "
        "16 MiB; 4 MiB after inflation; 1 GiB of all requests under way",
        "they are kept in memory",
    ),
    Departure(
        "JSON",
        "at most 200 levels deep, also in payloads, events and policies",
        "whoever reads it may do so recursively",
    ),
    Departure(
        "connections",
        "700 at once; one whose request's head does not come within 20 seconds, or is larger than "
        "64 KiB, is closed",
        "each holds a file and memory",
    ),
    Departure(
        "a request that stops for 20 seconds",
        "`RequestTimeout`",
        "what never ends would hold memory forever",
    ),
    Departure(
        "console addresses",
        "have AWS's form and lead to AWS",
        "there is no console",
    ),
)
