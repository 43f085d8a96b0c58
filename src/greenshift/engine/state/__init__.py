"""What exists, as the engine remembers it: a Pulumi checkpoint on disk, and the journal of the run since."""
