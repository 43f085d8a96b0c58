"""The live version against the next one: what could break while traffic moves, or on the way back.

`inspection.py` and `roles.py` read; everything else compares plain values.
"""
