"""What is remembered: the ledger's rows, who may move aliases, which versions a rollback may need."""
