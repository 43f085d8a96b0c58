"""A Pulumi program in a process of its own: started, listened to, and its registrations read off the wire."""
