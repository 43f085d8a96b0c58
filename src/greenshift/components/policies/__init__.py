"""Every policy document, as pure functions from ARNs to JSON text: least privilege, one file per principal."""
