"""What a release does next, decided without doing it: values in, values out, no I/O.

`decide.py` is the ladder; `begin.py`, `judge.py` and `restore.py` are its rungs. `model.py` says what is true
in each phase, `rules.py` what happens in the hard cases.
"""
