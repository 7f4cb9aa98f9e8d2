"""A server that speaks of us and not of a letter: it rests, and nobody's letter is lost over it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from course.db.transactions import reading, transaction
from course.models import Delivery, DeliveryKind, DeliveryState, Throttle
from course.operations import status
from course.operations.doctor import checks
from course.outbox import deliveries
from course.sending import backoff, delivering
from emails.errors import Deferred, Refused
from emails.transports.memory import MemoryTransport
from tests.support import worlds
from tests.support.amounts import of
from tests.support.world import World

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DENIED = Deferred(554, "5.7.1 <ada@example.org>: Relay access denied")
NO_TLS = Deferred(530, "5.7.0 Must issue a STARTTLS command first", of_us=True)


def memory(world: World) -> MemoryTransport:
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    return transport


# Minutes between a worker's looks.
STEP = of(1, 3)


def live(world: World, span: timedelta) -> None:
    """Every few minutes, and in the last one, as a worker that looks again and again."""
    began, last = world.clock.at, span // MINUTE
    for minute in (*range(1, last, STEP), last):
        world.clock.at = began + minute * MINUTE
        world.settle()


def letters(world: World, *which: object) -> list[Delivery]:
    with reading(world.runtime.engine) as session:
        return list(session.exec(select(Delivery).where(*which).order_by(col(Delivery.id))))  # type: ignore[arg-type]


def rests(world: World) -> dict[str, int]:
    with reading(world.runtime.engine) as session:
        found = session.exec(select(Throttle).where(col(Throttle.rests_until).is_not(None)))
        return {row.scope: row.strikes for row in found}


@pytest.mark.parametrize("said", [DENIED, NO_TLS])
def test_ten_minutes_of_it_cost_nobody_the_first_lesson(world: World, said: Deferred) -> None:
    world.enroll()
    at = world.enrollment().next_send_at
    assert at is not None
    memory(world).replies = {"ada@example.org": said}
    before = len(world.mail())
    world.go(at)
    live(world, 10 * MINUTE)
    assert len(world.mail()) == before
    assert rests(world).keys() == {"by:memory"}
    memory(world).replies = {}
    live(world, 15 * MINUTE)
    assert len(world.mail()) == before + 1
    [lesson] = letters(world, col(Delivery.kind) == DeliveryKind.LESSON)
    assert (lesson.state, lesson.attempts) == (DeliveryState.SENT, 1)
    assert rests(world) == {}


def test_a_confirmation_waits_two_days_for_us_and_no_attempt_counts(world: World) -> None:
    memory(world).replies = {"ada@example.org": NO_TLS}
    world.sign_up()
    looks = of(96, 16)
    for _ in range(looks):
        live(world, MINUTE)
        world.clock.at += 2 * DAY / looks - MINUTE
    [letter] = letters(world)
    assert (letter.state, letter.attempts) == (DeliveryState.DUE, 0)
    memory(world).replies = {}
    live(world, 16 * MINUTE)
    assert len(world.letters()) == 1


def test_the_words_are_said_where_an_operator_looks(world: World) -> None:
    memory(world).replies = {"ada@example.org": DENIED}
    world.sign_up()
    with reading(world.runtime.engine) as session:
        [rest] = status.read_status(session, world.clock.at).backoffs
    assert "Relay access denied" in rest.words
    found = checks.check_all(world.runtime)
    assert any("Relay access denied" in finding.words for finding in found)


def test_a_server_asked_in_vain_is_asked_less_often(world: World) -> None:
    memory(world).replies = {"ada@example.org": DENIED}
    world.sign_up()
    live(world, 20 * MINUTE)
    assert rests(world)["by:memory"] >= 3


def test_where_others_letters_are_taken_it_is_one_domain_s_and_counts(world: World) -> None:
    memory(world).replies = {
        f"{name}@example.net": Deferred(550, "5.7.1 Client host rejected: Access denied")
        for name in ("al", "bo", "cy")
    }
    for address in ("ada@example.org", "al@example.net", "grace@example.org", "bo@example.net"):
        world.press("/courses/emotional-safety/sign-ups", address=address)
    world.press("/courses/emotional-safety/sign-ups", address="cy@example.net")
    world.settle()
    assert len(world.mail()) == 2
    # The second of that domain has it rest, and the third is not tried.
    assert rests(world) == {"to:example.net": 1}
    assert [letter.attempts for letter in letters(world)] == [1, 1, 1, 1, 0]


def test_one_domain_that_will_not_have_us_stops_nobody_for_long(world: World) -> None:
    memory(world).replies = {"al@example.net": DENIED}
    world.sign_up("al@example.net")
    live(world, 60 * MINUTE)
    world.sign_up("grace@example.org")
    live(world, 2 * MINUTE)
    assert len(world.letters("grace@example.org")) == 1


def test_nothing_uncounted_goes_on_for_ever(world: World) -> None:
    memory(world).replies = {"al@example.net": DENIED}
    world.sign_up("al@example.net")
    looks = of(24 * 12, 3 * 12)
    for _ in range(looks):
        world.clock.at += 12 * DAY / looks
        world.settle()
    [letter] = letters(world)
    assert letter.state is DeliveryState.FAILED
    assert "Relay access denied" in letter.words


def test_all_that_is_due_is_left_as_it_is_while_the_server_rests(world: World) -> None:
    names = [f"reader{n}@example.org" for n in range(12)]
    memory(world).replies = dict.fromkeys(names, DENIED)
    for name in names:
        world.press("/courses/emotional-safety/sign-ups", address=name)
    world.settle()
    assert {(letter.state, letter.attempts) for letter in letters(world)} == {
        (DeliveryState.DUE, 0)
    }
    delivering.deliver_due(world.runtime)
    assert sum(letter.words != "" for letter in letters(world)) == 1


def test_what_is_about_the_reader_stays_refused(world: World) -> None:
    memory(world).replies = {"ada@example.org": Refused(550, "5.1.1 no such user")}
    world.sign_up()
    [letter] = letters(world)
    assert letter.state is DeliveryState.REFUSED
    assert rests(world) == {}


def test_whoever_says_send_has_mended_it(world: World) -> None:
    memory(world).replies = {"ada@example.org": DENIED}
    world.sign_up()
    live(world, 60 * MINUTE)
    memory(world).replies = {}
    with transaction(world.runtime.engine) as session:
        deliveries.retry_put_off_now(session, world.clock.at)
        backoff.clear(session, ["by:memory"])
    world.settle()
    assert len(world.letters()) == 1


def test_the_next_server_takes_over_at_once(database_url: str, tmp_path: Path) -> None:
    world = worlds.make(database_url, tmp_path, mail_url="memory: memory:")
    memory(world).replies = {"ada@example.org": DENIED}
    world.sign_up()
    second = world.runtime.transports[1].transport
    assert isinstance(second, MemoryTransport)
    assert [letter.recipient for letter in second.sent] == ["ada@example.org"]


def test_the_log_says_it_without_the_address(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    memory(world).replies = {"ada@example.org": DENIED}
    world.sign_up()
    assert "Relay access denied" in caplog.text
    assert "ada@" not in caplog.text


def test_what_one_domain_after_the_other_is_refused_for_is_about_us(world: World) -> None:
    names = [f"ada@example{n}.org" for n in range(6)]
    said = Refused(554, "5.7.1 Access denied")
    memory(world).replies = dict.fromkeys(names, said)
    for name in names:
        world.press("/courses/emotional-safety/sign-ups", address=name)
    world.settle()
    assert [letter.state.value for letter in letters(world)] == ["refused"] * 2 + ["due"] * 4
    assert rests(world).keys() == {"by:memory"}


def test_what_one_domain_refuses_again_and_again_is_its_own(world: World) -> None:
    names = [f"ada{n}@example.org" for n in range(4)]
    memory(world).replies = dict.fromkeys(names, Refused(554, "5.7.1 Access denied"))
    for name in names:
        world.press("/courses/emotional-safety/sign-ups", address=name)
    world.settle()
    assert {letter.state.value for letter in letters(world)} == {"refused"}
