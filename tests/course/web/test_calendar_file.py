"""The calendar file that a letter offers."""

import re
from dataclasses import replace
from datetime import timedelta

from icalendar import Calendar

from course.authoring import publishing
from course.authoring.compiling import Compilation
from course.db.transactions import transaction
from tests.security.conftest import ada_has_her_first_lesson
from tests.security.kit import ON_SQLITE, lesson_link
from tests.support.prepared import Prepare
from tests.support.shipped import compiled
from tests.support.world import World


def test_a_weekly_half_hour_is_named_after_its_course(world: World) -> None:
    world.enroll()
    world.go(timedelta(days=7))
    lesson = world.letters()[-1]
    path = world.link("/letters/", lesson) + "/calendar.ics"
    answer = world.open(f"{path}?weekday=6&at=20:00")
    (event,) = Calendar.from_ical(answer.get_data().decode()).walk("VEVENT")
    assert str(event["description"]).splitlines() == [
        "Create a Judgment-Free Communication Zone",
        "CNT",
    ]
    assert f"{event.decoded('dtstart'):%a %H:%M %z}" == "Sun 20:00 +0100"
    assert "COMMENT" not in answer.get_data().decode()
    assert event["summary"] == "Time for “Emotional Safety in Five Steps”"


def proposed(world: World) -> tuple[str, str]:
    """The chosen day and the hour of the form."""
    page = world.open(f"{world.path(lesson_link(world, '/letters/'))}/calendar").text
    day = re.search(r"selected>([^<]+)", page)
    at = re.search(r'name="at" type="time" value="([^"]*)"', page)
    assert day
    assert at
    return day[1], at[1]


@ON_SQLITE
def test_the_form_opens_at_the_time_of_their_letters(prepare: Prepare) -> None:
    ada = prepare(ada_has_her_first_lesson)
    assert proposed(ada) == ("Tuesday", "19:30")
    pace = lesson_link(ada, "/pace/")
    ada.press(f"{pace}/schedule", days="3", at="07:15", zone="Europe/Berlin")
    assert proposed(ada) == ("Thursday", "07:15")


@ON_SQLITE
def test_of_a_course_on_dates_it_opens_at_the_day_of_the_next_one(world: World) -> None:
    """The first lesson comes on Tuesday, 15 December; the 15th after that is a Friday."""
    made = compiled()
    schedule = replace(made.sequence.schedule, days=frozenset(), dates=(15,), delay=None)
    course = Compilation(replace(made.sequence, schedule=schedule), made.letters)
    with transaction(world.runtime.engine) as session:
        publishing.publish(session, course, world.clock.now())
    world.enroll()
    world.go(timedelta(days=12))
    assert proposed(world) == ("Friday", "19:30")
