"""What the mail server says of a letter: it is sent, tried again, held or given up."""

from datetime import timedelta

from course.db.transactions import transaction
from course.models import DeliveryKind, DeliveryState
from course.outbox import deliveries as outbox
from course.outbox.retry_policy import MAX_RETRIES, RETRY_DELAYS
from course.scheduling import clock_loop
from emails.errors import Deferred, Refused, Uncertain, Unreachable
from tests.course.sending.kit import ADA, GRACE, deliveries, replies, states, suppressed
from tests.support.world import World

NOBODY = Refused(550, "5.1.1 no such user")
FULL = Deferred(452, "4.2.2 the mailbox is full")


def test_an_address_where_nobody_lives_is_not_written_to_again(three: World) -> None:
    replies(three)[GRACE] = NOBODY
    three.settle()
    assert states(three) == ["sent", "refused", "sent"]
    assert suppressed(three) == [GRACE]
    replies(three).clear()
    three.clock.advance(timedelta(days=1))
    three.sign_up(GRACE)
    assert three.letters(GRACE) == []
    assert states(three)[-1] == "withdrawn"


def test_a_letter_the_server_dislikes_suppresses_nobody(three: World) -> None:
    replies(three)[GRACE] = Refused(554, "5.7.1 looks like spam")
    three.settle()
    assert states(three) == ["sent", "refused", "sent"]
    assert suppressed(three) == []


def test_two_workers_may_be_told_of_the_same_address(three: World) -> None:
    for _ in range(2):
        with transaction(three.runtime.engine) as session:
            outbox.suppress(session, [1, 1], three.clock.now())
    assert suppressed(three) == [ADA]


def test_a_deferred_letter_rests_longer_each_time_and_fails_in_the_end(three: World) -> None:
    replies(three)[GRACE] = FULL
    rests = []
    while (letter := deliveries(three)[1]).state is not DeliveryState.FAILED:
        three.settle()
        again = deliveries(three)[1].try_at or three.clock.now()
        rests.append(again - three.clock.now())
        three.clock.advance(rests[-1])
    most = MAX_RETRIES[DeliveryKind.CONFIRMATION]
    assert tuple(rests) == (*RETRY_DELAYS[:most], timedelta(0))
    assert letter.words == "452 4.2.2 the mailbox is full"
    assert letter.attempts == most + 1


def test_what_somebody_waits_for_at_this_moment_is_given_up_sooner() -> None:
    assert MAX_RETRIES[DeliveryKind.JOURNAL] < MAX_RETRIES[DeliveryKind.CONFIRMATION]
    assert (
        MAX_RETRIES[DeliveryKind.CONFIRMATION]
        < MAX_RETRIES[DeliveryKind.LESSON]
        == len(RETRY_DELAYS)
    )


def test_a_deferred_letter_arrives_once_the_server_takes_it(three: World) -> None:
    replies(three)[GRACE] = FULL
    three.settle()
    replies(three).clear()
    three.go(RETRY_DELAYS[0])
    assert states(three) == ["sent"] * 3
    assert len(three.letters(GRACE)) == 1


def test_a_mail_server_that_is_away_is_not_held_against_a_letter(three: World) -> None:
    replies(three)[GRACE] = Unreachable(None, "no connection to mail.example.org:25")
    for _ in range(20):
        three.settle()
        three.clock.advance(timedelta(minutes=1))
    assert (deliveries(three)[1].state, deliveries(three)[1].attempts) == (DeliveryState.DUE, 0)
    replies(three).clear()
    three.settle()
    assert states(three) == ["sent"] * 3


def test_an_uncertain_letter_goes_out_again_under_its_message_id(three: World) -> None:
    replies(three)[GRACE] = Uncertain(None, "the answer was lost")
    three.settle()
    replies(three).clear()
    clock_loop.write_due(three.runtime)
    three.go(RETRY_DELAYS[0])
    first, second = three.letters(GRACE)
    assert first["Message-ID"] == second["Message-ID"]
    assert deliveries(three)[1].uncertainties == 1


def test_a_letter_that_stays_uncertain_is_kept_for_a_person_to_look_at(three: World) -> None:
    replies(three)[GRACE] = Uncertain(None, "the answer was lost")
    three.go(timedelta(days=2))
    for _ in range(20):
        three.go(timedelta(hours=1))
    assert states(three)[1] == "uncertain"
    assert deliveries(three)[1].uncertainties == MAX_RETRIES[DeliveryKind.CONFIRMATION]
