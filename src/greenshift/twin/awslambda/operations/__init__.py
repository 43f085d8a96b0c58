"""The operations of Lambda by subject: wire -> state and rules -> wire, each file one subject.

``base.py`` holds what all share; ``api.py`` above puts them together.
"""
