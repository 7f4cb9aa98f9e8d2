"""`[schedule]` of a manifest: the days and the hour of a course, and its distances."""

import re
from datetime import time, timedelta
from itertools import islice

from sequences.course_schedule import Schedule
from sequences.findings import MOST_FINDINGS, did_you_mean
from sequences.pattern import MONTH, WEEK
from sequences.schedule_contradictions import contradictions
from sequences.toml_tables import TomlTables
from sequences.weekdays import DAYS, weekday, weekday_in_any_language

PART = "schedule"

# Four ways to say on which days: a schedule has one of them.
ON = ("day", "days", "dates", "every")
KEYS = (*ON, "first", "at", "delay", "nudge_after", "lateness")

TUESDAY = frozenset({1})

HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
SPAN = re.compile(r"(\d{1,3}) (hour|day|week)s?")
WHOLE_DAYS = re.compile(r"(\d{1,3}) (day|week)s?")
EVERY = re.compile(r"(?:([1-9]\d{0,2}) )?(day|week)s?")
FIRST = re.compile(r"at once|at the next opening")


def read_span(text: str) -> timedelta | None:
    """Of `6 hours`, say; None for what is no length of time."""
    found = SPAN.fullmatch(text)
    return _span(found) if found else None


def read_schedule(tables: TomlTables) -> Schedule:
    """What contradicts itself is looked for where all of it could be read."""
    wrong_before = len(tables.findings)
    _refuse_two(tables)
    every = tables.parsed(PART, "every", EVERY, _every, None, "3 days")
    dates = () if every else _dates(tables)
    schedule = Schedule(
        days=WEEK if every else frozenset() if dates else _days(tables),
        dates=dates,
        at=tables.parsed(PART, "at", HOUR, _hour, time(19, 30), "19:30"),
        delay=every or _whole_days(tables, "delay"),
        nudge_after=_whole_days(tables, "nudge_after"),
        lateness=tables.parsed(PART, "lateness", SPAN, _span, timedelta(hours=3), "3 hours"),
        first_at_once=tables.parsed(PART, "first", FIRST, _at_once, False, "at once"),
    )
    if len(tables.findings) == wrong_before:
        for found in contradictions(schedule):
            tables.wrong(PART, *found)
    return schedule


def _refuse_two(tables: TomlTables) -> None:
    written = [key for key in (*ON, "delay") if tables.get(PART, key) is not None]
    for key in written[1:]:
        if key != "delay":
            message = f"Both {written[0]} and {key} are written."
            tables.wrong(PART, key, message, "Keep one of the two.")
        elif "every" in written:
            message = "every says already how far apart the letters are."
            tables.wrong(PART, key, message, "Take delay out.")


def _days(tables: TomlTables) -> frozenset[int]:
    """From `day`, one name, or `days`, a list of them; Tuesday where neither is written."""
    one, several = tables.get(PART, "day"), tables.get(PART, "days")
    if one is None and several is None:
        return TUESDAY
    key, named = ("days", several) if one is None else ("day", [one])
    if isinstance(one, list):
        tables.wrong(PART, "day", "day is a list.", 'Write days = ["monday", "thursday"].')
        return TUESDAY
    if not isinstance(named, list) or not named:
        remedy = 'Write days = ["tuesday"].'
        tables.wrong(PART, key, f"{key} is no list of days.", remedy)
        return TUESDAY
    for day in islice((day for day in named if weekday(str(day)) is None), MOST_FINDINGS):
        tables.wrong(PART, key, f"{day} is no day of the week.", _in_english(str(day)))
    days = (weekday(str(day)) for day in named)
    return frozenset(day for day in days if day is not None) or TUESDAY


def _in_english(name: str) -> str:
    """The remedy for a day that was named in another way."""
    day = weekday_in_any_language(name)
    written_like = 'Write it in English, like "tuesday".'
    return did_you_mean(name, DAYS, written_like) if day is None else f'Write "{DAYS[day]}".'


def _dates(tables: TomlTables) -> tuple[int, ...]:
    """In order; none where none is written."""
    value = tables.get(PART, "dates")
    if value is None:
        return ()
    if not isinstance(value, list) or not value:
        tables.wrong(PART, "dates", "dates is no list of numbers.", "Write dates = [1, 15].")
        return ()
    for date in islice((date for date in value if not _is_date(date)), MOST_FINDINGS):
        remedy = "Write numbers from 1 to 31: a month that is shorter has its last day instead."
        tables.wrong(PART, "dates", f"{date} is no date of a month.", remedy)
    return tuple(sorted({date for date in value if _is_date(date)}))


def _is_date(value: object) -> bool:
    return type(value) is int and value in MONTH


def _whole_days(tables: TomlTables, key: str) -> timedelta | None:
    return tables.parsed(PART, key, WHOLE_DAYS, _span, None, "4 days")


def _hour(found: re.Match[str]) -> time:
    return time(int(found[1]), int(found[2]))


def _span(found: re.Match[str]) -> timedelta:
    return timedelta(**{f"{found[2]}s": int(found[1])})


def _every(found: re.Match[str]) -> timedelta | None:
    return timedelta(**{f"{found[2]}s": int(found[1] or 1)})


def _at_once(found: re.Match[str]) -> bool:
    return found[0] == "at once"
