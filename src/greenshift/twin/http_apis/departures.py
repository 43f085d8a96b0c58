"""Where HTTP in front of functions differs from AWS on purpose."""

from greenshift.twin.departures import Departure

DEPARTURES = (
    Departure(
        "addresses",
        "`http://API.execute-api.localhost:PORT/STAGE/...` and `http://ID.lambda-"
        "url.localhost:PORT/`; `GetApi` and a function URL tell them",
        "a browser opens them; such an address reaches that API and nothing else",
    ),
    Departure(
        "integrations",
        "functions, and HTTP integrations whose address is on this machine; others answer 501 and say so. "
        "WebSocket APIs are kept, and nobody can connect to one",
        "what exists on the twin; nobody's address should get a rehearsal",
    ),
    Departure(
        "parameter mappings of an API",
        "kept and shown, *ignored*, but for the path variables of a REST API's HTTP integration",
        "functions get all of a request without them",
    ),
    Departure(
        "throttling, API keys, usage plans, caches, access logs, mutual TLS, custom domains",
        "kept and shown, *ignored*",
        "they protect machines that are not here",
    ),
    Departure(
        "answers of Lambda authorizers",
        "asked for with each request",
        "a rehearsal should see each decision",
    ),
    Departure(
        "deployments of a stage",
        "*ignored*: what is configured is what is served",
        "a rehearsal should not wait for a click",
    ),
    Departure(
        "response streaming of function URLs",
        "kept, *ignored*: the answer comes whole",
        "as for invocations",
    ),
)
