"""`[schedule]` of a manifest: the days and the hour of a course, and its distances."""

import re
from datetime import time, timedelta
from itertools import islice

from sequences.findings import MOST_FINDINGS, did_you_mean
from sequences.sequence import Schedule
from sequences.toml_tables import TomlTables

PART = "schedule"
KEYS = ("day", "days", "at", "delay", "nudge_after", "lateness")

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TUESDAY = frozenset({1})

HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
SPAN = re.compile(r"(\d{1,3}) (hour|day|week)s?")
WHOLE_DAYS = re.compile(r"(\d{1,3}) (day|week)s?")


def read_schedule(tables: TomlTables) -> Schedule:
    four_days, example = timedelta(days=4), "4 days"
    return Schedule(
        days=_days(tables),
        at=tables.parsed(PART, "at", HOUR, _hour, time(19, 30), "19:30"),
        delay=tables.parsed(PART, "delay", WHOLE_DAYS, _span, four_days, example),
        nudge_after=_nudge_after(tables, example),
        lateness=tables.parsed(PART, "lateness", SPAN, _span, timedelta(hours=3), "3 hours"),
    )


def _days(tables: TomlTables) -> frozenset[int]:
    """From `day`, one name, or `days`, a list of them; Tuesday where neither is written."""
    one, several = tables.get(PART, "day"), tables.get(PART, "days")
    if one is not None and several is not None:
        tables.wrong(PART, "days", "Both day and days are written.", "Keep one of the two.")
    if one is None and several is None:
        return TUESDAY
    key, named = ("day", [one]) if several is None else ("days", several)
    if not isinstance(named, list) or not named:
        tables.wrong(PART, key, f"{key} is no list of days.", 'Write days = ["tuesday"].')
        return TUESDAY
    for day in islice((day for day in named if day not in DAYS), MOST_FINDINGS):
        remedy = did_you_mean(str(day), DAYS, 'Write it like "tuesday".')
        tables.wrong(PART, key, f"{day} is no day of the week.", remedy)
    return frozenset(DAYS.index(day) for day in named if day in DAYS) or TUESDAY


def _nudge_after(tables: TomlTables, example: str) -> timedelta | None:
    """Without the line, no nudge is ever sent."""
    if tables.get(PART, "nudge_after") is None:
        return None
    return tables.parsed(PART, "nudge_after", WHOLE_DAYS, _span, timedelta(days=4), example)


def _hour(found: re.Match[str]) -> time:
    return time(int(found[1]), int(found[2]))


def _span(found: re.Match[str]) -> timedelta:
    return timedelta(**{f"{found[2]}s": int(found[1])})
