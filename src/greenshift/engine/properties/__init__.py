"""What resources have: values, secrets, unknowns, files; compared, and in their form on the wire."""
