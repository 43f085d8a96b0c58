"""What a function says until its first release: as an error, so that whoever calls it notices.

A queue keeps its message, a stream its record, and an alarm counts an error. An answer, even one that says
503, would count as work done.
"""

MESSAGE = "No release has reached this function yet: this is Greenshift's bootstrap code. Start the pipeline."
ERROR = "NotReleasedYet"
"""The ``errorType`` of every call."""
FIRST_TAG = "not-released-yet"
"""The tag of the image a function has until then."""
