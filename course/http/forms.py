"""What forms say, read carefully: a value, or a marked sentence to put beside the field."""

from collections.abc import Mapping
from datetime import date, time

from werkzeug.datastructures import MultiDict

from course.i18n.catalogs import marked
from sequences.schedule import zone_names

Errors = dict[str, str]

MAX_FIRST_NAME = 60  # characters


# Monday is 0.
DAYS = {str(day): day for day in range(7)}


def weekday_and_hour(form: Mapping[str, str]) -> tuple[int, time, Errors]:
    """`weekday` 0 (Monday) to 6 and `at` as HH:MM. The values count only without errors."""
    at, errors = hour(form)
    typed = form.get("weekday", "")
    if typed not in DAYS:
        errors = {"weekday": marked("Choose a day of the week."), **errors}
    return DAYS.get(typed, 0), at, errors


def weekdays(form: MultiDict[str, str]) -> tuple[frozenset[int], Errors]:
    """`days`, each 0 (Monday) to 6; none where the form has no such field."""
    typed = set(form.getlist("days"))
    if typed - DAYS.keys():
        return frozenset(), {"days": marked("Choose a day of the week.")}
    return frozenset(DAYS[day] for day in typed), {}


def hour(form: Mapping[str, str]) -> tuple[time, Errors]:
    """`at` as HH:MM."""
    try:
        at = time.fromisoformat(form.get("at", "")).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return time(), {"at": marked("Enter the time in hours and minutes, such as 19:30.")}
    return at, {}


def zone(form: Mapping[str, str]) -> tuple[str, Errors]:
    typed = form.get("zone", "")
    if typed in zone_names():
        return typed, {}
    return "UTC", {"zone": marked("Choose a time zone from the list.")}


def day(form: Mapping[str, str], name: str) -> tuple[date | None, Errors]:
    """A date as browsers send it, YYYY-MM-DD."""
    try:
        return date.fromisoformat(form.get(name, "")), {}
    except ValueError:
        return None, {name: marked("Choose a date, such as 2027-01-15.")}
