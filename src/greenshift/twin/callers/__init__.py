"""Who calls: accounts, roles' sessions, functions; and what led to the call."""
