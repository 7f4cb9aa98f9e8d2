"""Who gets a newsletter, and who does not."""

from datetime import timedelta
from pathlib import Path

from sqlmodel import Session, col, select, update

from course.db.transactions import reading, transaction
from course.models import Course, DeliveryState, Enrollment, Subscriber
from course.newsletters import audience
from course.outbox import deliveries
from tests.course.newsletters.kit import announce, fan_out, got_it, newsletters
from tests.support.world import FRIDAY, World


def change(world: World, address: str, **values: object) -> None:
    with transaction(world.runtime.engine) as session:
        chosen = col(Subscriber.address) == address
        session.execute(update(Subscriber).where(chosen).values(**values))


def test_everybody_who_wants_newsletters_gets_it_once(three: World, news: Path) -> None:
    announce(three, news)
    three.settle()
    three.settle()
    assert got_it(three) == ["ada@example.org", "alan@example.org", "grace@example.org"]


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
