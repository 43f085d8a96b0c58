"""Faults put into the twin on purpose: calls throttled, failing, unanswered, late, repeated, or killed off.

A ``Fault`` is a frozen value: which calls, when, and what becomes of them. ``match`` and ``tally`` decide,
``perform`` carries out, ``faults`` keeps those that are set and stands around every call that passes the
twin's door: over HTTP or between services, to our services or to moto. ``parse`` reads them from JSON and
refuses nonsense; ``admin`` serves them under ``/_twin/faults``, ``client`` speaks to it.
"""
