"""What RQ calls, one line each. Jobs carry nothing: they say "look now"."""

from course.runtime.process import runtime
from course.scheduling import clock_loop
from course.sending import delivering


def look() -> None:
    """Write what is due, then send it: rung by the clock, and after every request for a letter.

    A broadcast is the clock's to write: whoever rang must not wait for that.
    """
    if clock_loop.is_suspended(runtime()):
        return
    clock_loop.write_due_except_broadcasts(runtime())
    delivering.deliver_due(runtime())
