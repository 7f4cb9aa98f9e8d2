"""After a worker's death: its attempt log says what it knew, and no more than that is uncertain."""

import os
from pathlib import Path

import pytest
from sqlmodel import select

from course.db.transactions import reading, transaction
from course.models import Claim, Delivery, DeliveryState, Tally
from course.outbox import deliveries
from course.outbox.deliveries import Outcome
from course.scheduling import clock_loop
from course.sending import attempt_log, recovering
from course.sending import tally as tallying
from course.sending.attempt_log import AttemptLog
from tests.course.sending.kit import NOON, states
from tests.support.claims import Claimed, take
from tests.support.world import World

SENT = DeliveryState.SENT


def dies(world: World, token: str = "a") -> tuple[Claimed, AttemptLog]:
    """A worker that has begun Ada's and Grace's letters, and knows of Ada's."""
    held = take(world, token=token)
    log = AttemptLog(world.runtime.attempt_logs, token)
    first, second, _ = (letter.delivery_id for letter in held.deliveries)
    log.start(first)
    log.finish(Outcome(first, held.fence, SENT, "250 2.0.0 queued as 1", None, NOON))
    log.start(second)
    return held, log


def test_only_the_letter_in_hand_is_uncertain(three: World) -> None:
    _, log = dies(three)
    log.release()
    assert recovering.replay(three.runtime) == 3
    assert states(three) == ["sent", "uncertain", "due"]
    assert list(three.runtime.attempt_logs.iterdir()) == []
    with reading(three.runtime.engine) as session:
        assert session.exec(select(Claim)).all() == []
        assert session.get_one(Delivery, 1).words == "250 2.0.0 queued as 1"


def test_a_running_worker_s_logbook_is_not_read(three: World) -> None:
    _, log = dies(three)
    assert recovering.replay(three.runtime) == 0
    assert states(three) == ["attempting"] * 3
    log.release()


def test_after_a_restart_of_the_machine_a_missing_note_proves_nothing(three: World) -> None:
    _, log = dies(three)
    log.release()
    log.path.write_text(log.path.read_text().replace(attempt_log.boot_id(), "another boot"))
    recovering.replay(three.runtime)
    assert states(three) == ["sent", "uncertain", "uncertain"]


def test_what_a_logbook_tells_is_counted_once(three: World) -> None:
    held, log = dies(three)
    log.release()
    end_of_first = Outcome(held.deliveries[0].delivery_id, held.fence, SENT, "250", None, NOON)
    with transaction(three.runtime.engine) as session:
        deliveries.record(session, [end_of_first], NOON)
        tallying.add(session, "memory", [end_of_first], NOON)
    recovering.replay(three.runtime)
    with reading(three.runtime.engine) as session:
        (tally,) = session.exec(select(Tally)).all()
    assert (tally.sent, tally.uncertain) == (1, 1)


def test_a_logbook_that_never_got_its_name_does_not_stay(three: World) -> None:
    folder = three.runtime.attempt_logs
    AttemptLog(folder, "a").path.rename(folder / ".a")
    recovering.replay(three.runtime)
    assert (folder / ".a").exists(), "its worker may be at it just now"
    os.utime(folder / ".a", (0, 0))
    recovering.replay(three.runtime)
    assert list(folder.iterdir()) == []


def test_a_line_that_was_never_finished_is_no_note(three: World) -> None:
    _, log = dies(three)
    log.release()
    log.path.write_text(log.path.read_text().rstrip("\0") + "=2 1 se")
    recovering.replay(three.runtime)
    assert states(three) == ["sent", "uncertain", "due"]


def test_a_claim_that_is_committed_after_its_worker_s_death_is_known_of(three: World) -> None:
    AttemptLog(three.runtime.attempt_logs, "late").release()
    recovering.replay(three.runtime)
    take(three, token="late")
    assert recovering.replay(three.runtime) == 3
    assert states(three) == ["due"] * 3


def test_a_claim_that_was_never_committed_leaves_nothing(three: World) -> None:
    log = AttemptLog(three.runtime.attempt_logs, "nobody's")
    log.release()
    recovering.replay(three.runtime)
    assert log.path.exists(), "its commit may be on its way"
    os.utime(log.path, (0, 0))
    assert recovering.replay(three.runtime) == 0
    assert states(three) == ["due"] * 3
    assert list(three.runtime.attempt_logs.iterdir()) == []


def test_notes_of_an_older_claim_change_nothing(three: World) -> None:
    _, log = dies(three)
    three.clock.advance(recovering.REMEMBERED / 1000)
    clock_loop.write_due(three.runtime)
    three.clock.advance(recovering.REMEMBERED / 1000)
    newer = take(three)
    assert len(newer.deliveries) == 3
    log.release()
    recovering.replay(three.runtime)
    assert states(three) == ["attempting"] * 3


def test_what_nobody_could_know_goes_out_again_under_its_message_id(three: World) -> None:
    _, log = dies(three)
    log.release()
    three.settle()
    three.clock.advance(recovering.REMEMBERED / 1000)
    three.settle()
    assert states(three) == ["sent"] * 3
    assert len(three.mail()) == 2, "Ada's had been taken before"


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(1, 2, SENT, "250 2.0.0 Ok: queued as 4F1", None, NOON),
        Outcome(3, 4, DeliveryState.DEFERRED, "452 4.2.2\tfull \n really", NOON),
        Outcome(5, 6, DeliveryState.REFUSED, "550 5.1.1 nobody", nobody=True),
        Outcome(7, 8, DeliveryState.DUE, ""),
    ],
)
def test_what_was_noted_is_read_again(tmp_path: Path, outcome: Outcome) -> None:
    log = AttemptLog(tmp_path, "a")
    log.start(outcome.id)
    log.finish(outcome)
    log.release()
    (notes,) = attempt_log.abandoned(tmp_path)
    assert notes.begun == {outcome.id}
    assert notes.complete
    assert notes.results[outcome.id] == outcome._replace(words=" ".join(outcome.words.split()))
