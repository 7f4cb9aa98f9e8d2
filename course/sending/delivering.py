"""A worker's work: everything that is due is handed over to the mail server."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from course.models import DeliveryState
from course.runtime.process import Runtime
from course.sending.sender import Desk

# Then the next worker may go on: well within `bell.JOB_TIMEOUT`, which would break off a letter.
SHIFT = timedelta(minutes=5)


def deliver_due(
    runtime: Runtime,
    for_at_most: timedelta = SHIFT,
    after_each: Callable[[], object] = lambda: None,
) -> Counter[DeliveryState]:
    """Hand over what is due until nothing is or the time is up; how many letters ended how.

    By the usual transport, or by the next where that one can't.
    """
    desk = Desk(runtime, runtime.now() + for_at_most)
    try:
        while (named := desk.next_transport()) is not None:
            for id_, fate in named.transport.deliver(desk.letters(), desk.permit):
                desk.note(id_, fate)
                after_each()
    finally:
        # Whatever broke it off: what the server has said so far is known.
        desk.clear()
    return desk.ended
