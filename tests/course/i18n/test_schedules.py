"""When letters come, in a sentence for their reader."""

from datetime import time, timedelta
from typing import Any

import pytest

from course.i18n import schedules
from course.i18n.catalogs import catalog_of
from sequences.course_schedule import Schedule
from sequences.pattern import WEEK

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("course", "words"),
    [
        ({"days": {1}}, "Letters come on Tuesdays at 7:30 PM."),
        ({"days": {0, 3}}, "Letters come on Mondays and Thursdays at 7:30 PM."),
        ({"days": {0, 2, 4}}, "Letters come on Mondays, Wednesdays, and Fridays at 7:30 PM."),
        ({"days": WEEK}, "A letter comes every day at 7:30 PM."),
        ({"days": WEEK, "delay": 3 * DAY}, "A letter comes every 3 days at 7:30 PM."),
        (
            {"days": {1}, "delay": 14 * DAY},
            "A letter comes every 2 weeks, on Tuesdays at 7:30 PM.",
        ),
        (
            {"days": {0, 3}, "delay": 4 * DAY},
            "Letters come on Mondays and Thursdays at 7:30 PM, at least 4 days apart.",
        ),
        (
            {"dates": (1, 12, 22, 23)},
            "Letters come on the 1st, 12th, 22nd, and 23rd of each month at 7:30 PM.",
        ),
        ({"dates": (31,)}, "A letter comes on the last day of each month at 7:30 PM."),
    ],
)
def test_each_pattern_has_a_sentence(course: dict[str, Any], words: str) -> None:
    days, dates = frozenset(course.get("days", ())), course.get("dates", ())
    schedule = Schedule(days, time(19, 30), course.get("delay"), None, 3 * DAY, dates)
    assert schedules.line(schedule, schedule.window("UTC"), catalog_of("en")) == words.replace(
        " PM", "\N{NO-BREAK SPACE}PM"
    )
