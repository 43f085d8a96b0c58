"""AWS's protocols: what came over the wire as an operation's input, and its output as it goes back."""
