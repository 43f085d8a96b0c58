"""A twin's whole state as one file, and a twin as it was from such a file.

Comes in: the state the twin's parts keep, as plain objects (``keeping``). Goes out: an archive of a manifest,
one JSON document and the bytes beside it. It refuses to know any service: what is kept is named by who keeps
it. Reading a file runs nothing: objects are made without their constructors, of the classes in ``classes``
alone.
"""
