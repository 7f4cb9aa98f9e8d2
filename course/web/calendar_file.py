"""A weekly half hour as a calendar file (RFC 5545), in the language of its course."""

from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from course.letters.catalogue import Edition

LENGTH = timedelta(minutes=30)
BEFORE = timedelta(minutes=15)  # when the calendar reminds of it


def calendar_file(
    edition: Edition, step: str, starts_at: datetime, uid: str, written_at: datetime
) -> bytes:
    """Every week, at this hour of the zone that `starts_at` is in; `step` offered it."""
    diary = Calendar()
    diary.add("prodid", "-//Letterpath//Weekly time//EN")
    diary.add("version", "2.0")
    event = _event(edition, step)
    event.add("uid", uid)
    event.add("dtstamp", written_at)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + LENGTH)
    event.add("rrule", {"freq": "weekly"})
    diary.add_component(event)
    diary.add_missing_timezones()
    for zone in diary.timezones:
        zone.pop("comment", None)  # the library's, in English
    return bytes(diary.to_ical())


def _event(edition: Edition, step: str) -> Event:
    sequence, catalog = edition.sequence, edition.catalog
    summary = catalog.gettext("Time for “%(course_title)s”", course_title=sequence.title)
    about = (sequence.title_of(step), sequence.brand.name)
    event, language = Event(), {"language": catalog.language}
    event.add("summary", summary, parameters=language)
    event.add("description", "\n".join(filter(None, about)), parameters=language)
    event.add_component(_reminder(summary))
    return event


def _reminder(words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -BEFORE)
    alarm.add("description", words)
    return alarm
