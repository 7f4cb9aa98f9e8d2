"""What forms say, read carefully: a value, or a sentence to put beside the field."""

from collections.abc import Mapping
from datetime import date, time

from sequences.schedule import zone_names

Errors = dict[str, str]

MAX_FIRST_NAME = 60  # characters


def weekday_and_hour(form: Mapping[str, str]) -> tuple[int, time, Errors]:
    """`weekday` 0 (Monday) to 6 and `at` as HH:MM. The values count only without errors."""
    errors: Errors = {}
    typed = form.get("weekday", "")
    weekday = int(typed) if typed in {"0", "1", "2", "3", "4", "5", "6"} else 0
    if typed != str(weekday):
        errors["weekday"] = "Choose a day of the week."
    try:
        at = time.fromisoformat(form.get("at", "")).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        at = time()
        errors["at"] = "Write the hour like 19:30."
    return weekday, at, errors


def zone(form: Mapping[str, str]) -> tuple[str, Errors]:
    typed = form.get("zone", "")
    if typed in zone_names():
        return typed, {}
    return "UTC", {"zone": "Choose a zone from the list, like Europe/Berlin."}


def day(form: Mapping[str, str], name: str) -> tuple[date | None, Errors]:
    """A date as browsers send it, YYYY-MM-DD."""
    try:
        return date.fromisoformat(form.get(name, "")), {}
    except ValueError:
        return None, {name: "Choose a day, like 2027-01-15."}
