"""Delivering: a worker's shift hands over to the mail server everything that is due."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from course.models import DeliveryState
from course.runtime.process import Runtime
from course.sending.sender import Sender

# Then the next worker may go on: well within `bell.JOB_TIMEOUT`, which would break off a letter.
SHIFT = timedelta(minutes=5)


def deliver_due(
    runtime: Runtime,
    for_at_most: timedelta = SHIFT,
    after_each: Callable[[], object] = lambda: None,
) -> Counter[DeliveryState]:
    """Hand over what is due until nothing is or the time is up; the number of letters by result.

    By the usual transport, or by the next where that one can't.
    """
    sender = Sender(runtime, runtime.now() + for_at_most)
    try:
        while (named := sender.next_transport()) is not None:
            for id_, result in named.transport.deliver(sender.messages(), sender.may_send):
                sender.record_result(id_, result)
                after_each()
    finally:
        # Whatever broke it off: what the server has said so far is recorded.
        sender.finish()
    return sender.ended
