"""One run over a stack: what is to be done for each registration, decided and done."""
