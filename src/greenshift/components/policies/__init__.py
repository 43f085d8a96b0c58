"""Every policy document, as pure functions from ARNs to JSON text. One file per principal."""
