"""The operations of EventBridge by subject: rules and targets, events, buses, archives and replays, tags.

``base.py`` holds what all share; ``api.py`` above puts them together.
"""
