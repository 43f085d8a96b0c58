"""Our rules by subject, a file each; what a file has is its ``RULES``. ``registry`` finds them."""
