"""What RQ calls, one line each. Jobs carry nothing: they say "look now"."""

from course import delivering, ticking
from course.runtime import runtime


def look() -> None:
    """Write what is due, then send it: rung by the clock, and by every door."""
    ticking.write_due(runtime())
    delivering.deliver_due(runtime())
