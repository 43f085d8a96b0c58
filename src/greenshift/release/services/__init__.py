"""AWS as a release sees it: one file a service, its calls and no decisions."""
