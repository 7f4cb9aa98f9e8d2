"""A schedule in one sentence, for its author."""

from collections.abc import Iterable

from sequences.course_schedule import Schedule
from sequences.pattern import DAY

WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")

# Every month has them.
LAST_OF_ALL_MONTHS = 28


def sentence(schedule: Schedule) -> str:
    """`Letters go out on Mondays and Thursdays at 06:45, the first at once.`"""
    distance = schedule.distance(schedule.pattern)
    apart = schedule.every is None and distance > schedule.pattern.shortest_gap * DAY
    said = [f"Letters go out {_on(schedule)} at {schedule.at:%H:%M}"]
    said += [f"at least {distance.days} days apart"] if apart else []
    said += ["the first at once"] if schedule.first_at_once else []
    return f"{', '.join(said)}."


def _on(schedule: Schedule) -> str:
    if (every := schedule.every) is not None:
        return "every day" if every == 1 else f"every {every} days"
    if schedule.days:
        return f"on {_listed(WEEKDAYS[day] for day in sorted(schedule.days))}"
    if schedule.dates == (31,):
        return "on the last day of each month"
    dates = f"on the {_listed(map(_ordinal, schedule.dates))} of each month"
    if max(schedule.dates) > LAST_OF_ALL_MONTHS:
        dates += " (on the last day of a shorter one)"
    return dates


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _ordinal(date: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(date % 10, "th") if date not in (11, 12, 13) else "th"
    return f"{date}{ending}"
