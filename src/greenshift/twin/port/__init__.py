"""The one port: HTTP taken in within bounds, and which service of the twin, or moto, a request is for."""
