"""HTTP in front of functions: HTTP APIs, REST APIs with proxy integrations, and function URLs.

In: requests to names that the twin hands out (``API.execute-api.localhost``, ``ID.lambda-url.localhost``).
Out: what API Gateway and Lambda answer there. Pure: ``asked.py`` (the request), ``definitions.py`` and
``matching.py`` (the API and its routes), ``events.py`` (what a function gets), ``answers.py`` (what it
gave), ``cors.py``, ``tokens.py``. ``reading.py`` reads an API through the door, ``authorizing.py`` asks who
may, ``front.py`` serves. The control planes are elsewhere: moto's API Gateway, our Lambda.
"""
