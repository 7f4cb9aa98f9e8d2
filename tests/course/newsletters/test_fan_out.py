"""One newsletter, to many, once: who gets it, who doesn't, and what stands before whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select, update

from course.authoring.compiling import NotPublishable
from course.db.transactions import reading, transaction
from course.letters import catalogue
from course.models import (
    Broadcast,
    Course,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Enrollment,
    Subscriber,
)
from course.newsletters import announcing, audience, composing
from course.newsletters import fan_out as broadcasting
from course.newsletters.announcing import AlreadyAnnounced
from course.operations import status, uncertain_deliveries
from course.operations.doctor.deliveries import check_deliveries
from course.outbox import deliveries
from course.outbox.orders import Enqueuer
from course.scheduling import clock_loop
from course.sending import delivering, recovering
from emails.errors import Uncertain
from emails.transports.memory import MemoryTransport
from tests.support import bulk_rows
from tests.support.claims import LEASE, claim_due, claimant, ids, take
from tests.support.prepared import Prepare
from tests.support.query_plans import explained
from tests.support.world import FRIDAY, World

NEWS = """---
subject: A new course in spring
preview: Save the date.
title: There is news
---

{{ greeting }}

In spring we begin anew. [Tell us]({{ home_url }}) if you come.
"""

NEWSLETTER = DeliveryKind.BROADCAST


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "journal.md"
    path.write_text(NEWS)
    return path


@pytest.fixture
def crowd(prepare: Prepare) -> World:
    return prepare(ada_and_three_hundred_others)


def ada_and_three_hundred_others(world: World) -> None:
    """They have confirmed."""
    world.enroll()
    with transaction(world.runtime.engine) as session:
        bulk_rows.enroll(session, 300)


@pytest.fixture
def three(prepare: Prepare) -> World:
    return prepare(ada_grace_and_alan)


def ada_grace_and_alan(world: World) -> None:
    """They have confirmed; their samplers have arrived."""
    for name in ("ada", "grace", "alan"):
        world.enroll(f"{name}@example.org")


def announce(world: World, news: Path) -> Broadcast:
    with transaction(world.runtime.engine) as session:
        edition = catalogue.by_slug(session, "emotional-safety")
        newsletter = composing.compose(news, edition.sequence)
        return announcing.announce(session, edition, newsletter, world.clock.now())


def fan_out(world: World, size: int = broadcasting.SLICE) -> int:
    with transaction(world.runtime.engine) as session:
        return broadcasting.fan_out(session, enqueuer(), world.clock.now(), size)


def enqueuer() -> Enqueuer:
    return Enqueuer("example.org")


def newsletters(world: World) -> list[Delivery]:
    with reading(world.runtime.engine) as session:
        query = select(Delivery).where(col(Delivery.kind) == NEWSLETTER)
        return list(session.exec(query.order_by(col(Delivery.id))))


def got_it(world: World) -> list[str]:
    return sorted(
        mail["To"] for mail in world.mail() if mail["Subject"] == "A new course in spring"
    )


def change(world: World, address: str, **values: object) -> None:
    with transaction(world.runtime.engine) as session:
        chosen = col(Subscriber.address) == address
        session.execute(update(Subscriber).where(chosen).values(**values))


def told(world: World) -> str:
    found = check_deliveries(world.runtime)
    return "\n".join(f"{one.level} {one.words}" for one in found if one.part == "newsletters")


def doubtful(world: World) -> None:
    """The mail server takes it, and does not say so."""
    transport = world.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {
        f"{name}@example.org": Uncertain(None, "cut off") for name in ("ada", "grace")
    }


def test_everybody_who_wants_newsletters_gets_it_once(three: World, news: Path) -> None:
    announce(three, news)
    three.settle()
    three.settle()
    assert got_it(three) == ["ada@example.org", "alan@example.org", "grace@example.org"]


@pytest.mark.parametrize("size", [0, 2], ids=["not begun", "half written"])
def test_one_that_is_not_written_for_an_hour_is_told(three: World, news: Path, size: int) -> None:
    announce(three, news)
    if size:
        fan_out(three, size=size)
    three.clock.at += timedelta(minutes=59)
    assert told(three) == ""
    three.clock.at += timedelta(minutes=3)
    assert "trouble newsletter 1 should have been written for 1 hour" in told(three)
    three.settle()
    assert told(three) == ""


def test_one_whose_hour_was_over_when_it_was_made_has_an_hour_too(three: World, news: Path) -> None:
    announce(three, news)
    with transaction(three.runtime.engine) as session:
        session.execute(update(Broadcast).values(due_at=FRIDAY - timedelta(days=2)))
    assert told(three) == ""


def test_who_does_not_want_it_has_no_row(three: World, news: Path) -> None:
    three.sign_up("eve@example.org")
    change(three, "ada@example.org", newsletters=False)
    three.press(three.link("/u/", three.letters("grace@example.org")[-1]) + "/departure")
    announce(three, news)
    three.settle()
    assert got_it(three) == ["alan@example.org"]
    assert len(newsletters(three)) == 1


def test_a_suppressed_address_has_no_row(three: World, news: Path) -> None:
    with transaction(three.runtime.engine) as session:
        deliveries.suppress(session, [1], three.clock.now())
    announce(three, news)
    three.settle()
    assert got_it(three) == ["alan@example.org", "grace@example.org"]


def test_it_is_counted_for_whom_it_is(three: World, news: Path) -> None:
    change(three, "ada@example.org", newsletters=False)
    with reading(three.runtime.engine) as session:
        assert audience.audience_size(session) == 2
    announce(three, news)
    three.settle()
    assert len(got_it(three)) == 2


def test_it_says_why_it_comes_and_how_to_leave(three: World, news: Path) -> None:
    announce(three, news)
    three.settle()
    mail = three.letters()[-1]
    assert "Dear Ada," in three.text(mail)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "emotional-safety" in mail["List-ID"]
    assert "Auto-Submitted" not in mail, "a person has written it"
    assert mail["Precedence"] == "bulk"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    three.press(three.link("/u/", mail) + "/departure")
    assert three.enrollment().state == "left"


def test_in_the_browser_it_is_a_page_with_the_same_words(three: World, news: Path) -> None:
    announce(three, news)
    three.settle()
    shown = three.open(three.link("/letters/", three.letters()[-1]))
    assert shown.status_code == 200
    assert "In spring we begin anew." in shown.get_data(as_text=True)


def test_no_two_letters_have_the_same_message_id(crowd: World, news: Path) -> None:
    announce(crowd, news)
    fan_out(crowd)
    names = {delivery.message_id for delivery in newsletters(crowd)}
    assert len(names) == 301
    assert {len(name) for name in names} == {len("<@example.org>") + 32}


def test_who_is_in_two_courses_gets_it_once(three: World, news: Path) -> None:
    with transaction(three.runtime.engine) as session:
        another(session)
    announce(three, news)
    three.settle()
    assert len(got_it(three)) == 3
    with reading(three.runtime.engine) as session:
        first = session.exec(select(Enrollment.id).where(Enrollment.course_id == 1)).all()
    assert {delivery.enrollment_id for delivery in newsletters(three)} == set(first)


def another(session: Session) -> None:
    """Everybody is in a second course too."""
    course = Course(slug="kindness", title="Kindness")
    session.add(course)
    session.flush()
    for subscriber in session.exec(select(Subscriber.id)).all():
        who = subscriber or 0
        session.add(Enrollment(subscriber_id=who, course_id=course.id or 0, created_at=FRIDAY))


def test_slice_after_slice_it_reaches_everybody(three: World, news: Path) -> None:
    announce(three, news)
    assert [fan_out(three, size=2), fan_out(three, size=2), fan_out(three, size=2)] == [2, 1, 0]
    assert len(newsletters(three)) == 3
    with reading(three.runtime.engine) as session:
        assert session.exec(select(Broadcast.written_at)).one() == three.clock.now()


def test_a_crash_between_two_slices_doubles_nothing_and_leaves_nobody_out(
    three: World, news: Path
) -> None:
    announce(three, news)
    fan_out(three, size=2)
    with Session(three.runtime.engine.execution_options(writes=True)) as session:
        broadcasting.fan_out(session, enqueuer(), three.clock.now(), 2)  # and never commits
    assert len(newsletters(three)) == 2
    three.settle()
    assert got_it(three) == ["ada@example.org", "alan@example.org", "grace@example.org"]


def test_a_row_that_is_there_already_stays_as_it_is(three: World, news: Path) -> None:
    announce(three, news)
    three.settle()
    with transaction(three.runtime.engine) as session:
        session.execute(update(Broadcast).values(reached=0, written_at=None))
    three.settle()
    assert len(got_it(three)) == 3


def test_two_clocks_at_once_write_each_row_once(crowd: World, news: Path) -> None:
    announce(crowd, news)
    with ThreadPoolExecutor(4) as clocks:
        while any(list(clocks.map(lambda _: fan_out(crowd, size=20), range(4)))):
            pass
    rows = newsletters(crowd)
    assert len(rows) == len({delivery.enrollment_id for delivery in rows}) == 301


def test_who_leaves_after_the_rows_are_written_gets_nothing(three: World, news: Path) -> None:
    announce(three, news)
    fan_out(three)
    three.press(three.link("/u/", three.letters()[-1]) + "/departure")
    change(three, "grace@example.org", state="left")
    three.settle()
    assert got_it(three) == ["alan@example.org"]


def test_who_switches_newsletters_off_gets_none_and_still_gets_lessons(
    three: World, news: Path
) -> None:
    announce(three, news)
    fan_out(three)
    change(three, "ada@example.org", newsletters=False)
    three.go(timedelta(days=7))
    assert "ada@example.org" not in got_it(three)
    assert newsletters(three)[0].state is DeliveryState.WITHDRAWN
    assert len(three.letters()) > 2, "the lesson has come"


def test_a_confirmation_overtakes_it(three: World, news: Path) -> None:
    announce(three, news)
    fan_out(three)
    three.clock.advance(timedelta(minutes=1))
    three.press("/courses/emotional-safety/sign-ups", address="eve@example.org")
    clock_loop.write_due(three.runtime)
    first, second = take(three, size=1).deliveries, take(three, size=20).deliveries
    assert [letter.kind for letter in first] == [DeliveryKind.CONFIRMATION]
    assert [letter.kind for letter in second] == [NEWSLETTER] * 3


def test_newsletters_get_the_room_that_is_left(three: World, news: Path) -> None:
    announce(three, news)
    fan_out(three)
    three.press("/courses/emotional-safety/sign-ups", address="eve@example.org")
    clock_loop.write_due(three.runtime)
    held = take(three, size=3)
    assert len(ids(held)) == 3
    assert held.deliveries[0].kind is DeliveryKind.CONFIRMATION


def test_an_uncertain_one_is_held_and_shown_and_not_sent_again(three: World, news: Path) -> None:
    announce(three, news)
    doubtful(three)
    three.settle()
    three.go(timedelta(hours=1))
    in_doubt = [d for d in newsletters(three) if d.state is DeliveryState.UNCERTAIN]
    assert [(d.attempts, d.try_at) for d in in_doubt] == [(1, None), (1, None)]
    with reading(three.runtime.engine) as session:
        assert status.read_status(session, three.clock.now()).states["uncertain"] == 2


def test_where_a_lease_runs_out_it_is_held_as_well(three: World, news: Path) -> None:
    announce(three, news)
    fan_out(three)
    take(three)
    three.clock.advance(LEASE + timedelta(minutes=1))
    with transaction(three.runtime.engine) as session:
        assert recovering.expire_leases(session, three.clock.now()) == 3
    assert [(d.state, d.try_at) for d in newsletters(three)] == [("uncertain", None)] * 3


def test_a_person_may_send_an_uncertain_one_again(three: World, news: Path) -> None:
    announce(three, news)
    doubtful(three)
    three.settle()
    before = [delivery.message_id for delivery in newsletters(three)]
    with transaction(three.runtime.engine) as session:
        assert uncertain_deliveries.resend(session, None, three.clock.now()) == 2
    transport = three.runtime.transports[0].transport
    assert isinstance(transport, MemoryTransport)
    transport.replies = {}
    delivering.deliver_due(three.runtime)
    assert got_it(three).count("ada@example.org") == 2
    assert [delivery.message_id for delivery in newsletters(three)] == before


def test_the_same_letter_is_not_announced_twice(three: World, news: Path) -> None:
    announce(three, news)
    with pytest.raises(AlreadyAnnounced):
        announce(three, news)
    news.write_text(NEWS.replace("anew", "once more"))
    assert announce(three, news).id == 2


@pytest.mark.parametrize(
    ("words", "instead"),
    [("preview: Save the date.\n", ""), ("{{ greeting }}", "{{ greting }}"), ("In", "{{ step }}")],
)
def test_what_is_wrong_is_said_with_file_line_and_remedy(
    three: World, news: Path, words: str, instead: str
) -> None:
    news.write_text(NEWS.replace(words, instead, 1))
    with pytest.raises(NotPublishable) as caught:
        announce(three, news)
    (finding,) = caught.value.findings
    assert (finding.source, bool(finding.line), bool(finding.remedy)) == ("journal.md", True, True)
    assert newsletters(three) == []


def test_each_queue_is_read_by_its_index(three: World, news: Path) -> None:
    """The condition stands in the query word for word, or no database would take the index."""
    announce(three, news)
    with transaction(three.runtime.engine) as session:
        bulk_rows.copy(session, 20_000, "sent")
        bulk_rows.copy(session, 5_000, "due", try_at=three.clock.now())
    fan_out(three)
    bulk_rows.analyze(three.runtime.engine)
    with transaction(three.runtime.engine) as session:
        plans = explained(session, "FROM delivery", lambda: look(session, three))
    assert "ix_delivery_asked" in plans[0]
    assert "ix_delivery_waiting" in plans[1]
    assert "ix_delivery_broadcast" in plans[2]
    assert all("Seq Scan on delivery" not in plan for plan in plans), plans


def test_the_clock_asks_each_queue_by_its_index(three: World) -> None:
    with transaction(three.runtime.engine) as session:
        bulk_rows.copy(session, 20_000, "sent")
    bulk_rows.analyze(three.runtime.engine)
    with reading(three.runtime.engine) as session:
        plans = explained(
            session, "FROM delivery", lambda: deliveries.is_anything_due(session, three.clock.now())
        )
    assert "ix_delivery_asked" in plans[0]
    assert "ix_delivery_waiting" in plans[1]
    assert "ix_delivery_broadcast" in plans[2]


def look(session: Session, world: World) -> None:
    claim_due(session, world.clock.now(), 9_000, claimant())
