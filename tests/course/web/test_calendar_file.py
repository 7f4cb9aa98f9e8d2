"""The calendar file that a letter offers."""

from datetime import timedelta

from icalendar import Calendar

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
