"""``python -m greenshift``: the same as the ``greenshift`` command."""

from greenshift.cli import main

main()
