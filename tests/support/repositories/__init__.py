"""The shapes that repositories with functions have, and one way to release each of them."""
