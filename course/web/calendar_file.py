"""A weekly half hour as a calendar file (RFC 5545), in the language of its course."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from course.letters.linked_deliveries import LinkedDelivery
from sequences.schedule import known_zone

LENGTH = timedelta(minutes=30)
BEFORE = timedelta(minutes=15)  # when the calendar reminds of it


def calendar_file(
    linked: LinkedDelivery, starts_at: datetime, uid: str, written_at: datetime
) -> bytes:
    """From `starts_at` on, every week at this hour of the reader's own zone."""
    diary = Calendar()
    diary.add("prodid", "-//Letterpath//Weekly time//EN")
    diary.add("version", "2.0")
    local = starts_at.astimezone(ZoneInfo(known_zone(linked.enrollment.zone)))
    diary.add_component(_event(linked, local, uid, written_at))
    diary.add_missing_timezones()
    return bytes(diary.to_ical())


def _event(linked: LinkedDelivery, local: datetime, uid: str, written_at: datetime) -> Event:
    sequence = linked.edition.sequence
    catalog = linked.edition.catalog
    summary = catalog.gettext("Time for “%(course_title)s”", course_title=sequence.title)
    about = (sequence.title_of(linked.delivery.slot), sequence.brand.name)
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", written_at)
    event.add("dtstart", local)
    event.add("dtend", local + LENGTH)
    event.add("rrule", {"freq": "weekly"})
    language = {"language": catalog.language}
    event.add("summary", summary, parameters=language)
    event.add("description", "\n".join(about), parameters=language)
    event.add_component(_reminder(summary))
    return event


def _reminder(words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -BEFORE)
    alarm.add("description", words)
    return alarm
