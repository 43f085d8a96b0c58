"""CodeConnections: what lets a pipeline read somebody's repository.

Comes in: CreateConnection and its kin, under both names the service goes by on the wire
(``codeconnections`` and the older ``codestar-connections``). Goes out: connections that are PENDING or
AVAILABLE. It refuses to know repositories: which directory stands in for ``owner/name`` is the twin's
business, and reading it is CodePipeline's.
"""
