"""Event patterns, pure: text -> pattern -> does an event match?

The language is that of "Comparison operators for use in event patterns" (EventBridge user guide), all of it:
exact values, prefix, suffix, anything-but, numeric, exists, equals-ignore-case, wildcard, cidr and ``$or``.
"""

from greenshift.twin.events.patterns.match import matches
from greenshift.twin.events.patterns.parse import PatternError, parse_pattern
from greenshift.twin.events.patterns.tree import Pattern

__all__ = ["Pattern", "PatternError", "matches", "parse_pattern"]
