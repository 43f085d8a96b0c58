"""What people hear of a release: CodePipeline's summary, and a message for each end and each question."""
