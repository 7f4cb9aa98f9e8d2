"""On which days and at which hour letters come, in a sentence for their reader."""

from functools import lru_cache

from babel.lists import format_list

from course.i18n import dates
from course.i18n.catalogs import Catalog
from sequences.course_schedule import Schedule
from sequences.pattern import DAY, WEEK, Pattern
from sequences.schedule import Window


@lru_cache(maxsize=256)
def line(schedule: Schedule, window: Window, catalog: Catalog) -> str:
    """`Letters come on Mondays and Thursdays at 7:30 PM.`"""
    hour = dates.hour(window.at, catalog)
    if window.pattern.dates:
        return _monthly(window.pattern, hour, catalog)
    if window.pattern.days != WEEK:
        return _weekly(schedule, window.pattern, hour, catalog)
    return _daily(max(1, schedule.distance(window.pattern).days), hour, catalog)


def _daily(every: int, hour: str, catalog: Catalog) -> str:
    if every == 1:
        return catalog.gettext("A letter comes every day at %(hour)s.", hour=hour)
    return catalog.ngettext(
        "A letter comes every %(num)s day at %(hour)s.",
        "A letter comes every %(num)s days at %(hour)s.",
        every,
        hour=hour,
    )


def _weekly(schedule: Schedule, pattern: Pattern, hour: str, catalog: Catalog) -> str:
    """A single day may be every second one; of several, a distance may pass some over."""
    said = [name for day, name in enumerate(_weekdays(catalog)) if day in pattern.days]
    values = {"days": _listed(said, catalog), "hour": hour}
    apart = schedule.distance(pattern)
    if apart <= pattern.shortest_gap * DAY:
        return catalog.gettext("Letters come on %(days)s at %(hour)s.", **values)
    if len(pattern.days) > 1:
        return catalog.ngettext(
            "Letters come on %(days)s at %(hour)s, at least %(num)s day apart.",
            "Letters come on %(days)s at %(hour)s, at least %(num)s days apart.",
            apart.days,
            **values,
        )
    return catalog.ngettext(
        "A letter comes every %(num)s week, on %(days)s at %(hour)s.",
        "A letter comes every %(num)s weeks, on %(days)s at %(hour)s.",
        -(-apart // (7 * DAY)),
        **values,
    )


def _monthly(pattern: Pattern, hour: str, catalog: Catalog) -> str:
    if pattern.dates == {31}:
        return catalog.gettext(
            "A letter comes on the last day of each month at %(hour)s.", hour=hour
        )
    said = _listed([_ordinal(date, catalog) for date in sorted(pattern.dates)], catalog)
    return catalog.gettext(
        "Letters come on the %(dates)s of each month at %(hour)s.", dates=said, hour=hour
    )


def _ordinal(date: int, catalog: Catalog) -> str:
    if date == 1:
        return catalog.pgettext("on the first of each month", "%(date)sst", date=date)
    ending = date % 10 if date not in (11, 12, 13) else 0
    match ending:
        case 1:
            return catalog.pgettext("on the … of each month", "%(date)sst", date=date)
        case 2:
            return catalog.pgettext("on the … of each month", "%(date)snd", date=date)
        case 3:
            return catalog.pgettext("on the … of each month", "%(date)srd", date=date)
        case _:
            return catalog.pgettext("on the … of each month", "%(date)sth", date=date)


def _weekdays(catalog: Catalog) -> list[str]:
    return [
        catalog.pgettext("letters come on …", "Mondays"),
        catalog.pgettext("letters come on …", "Tuesdays"),
        catalog.pgettext("letters come on …", "Wednesdays"),
        catalog.pgettext("letters come on …", "Thursdays"),
        catalog.pgettext("letters come on …", "Fridays"),
        catalog.pgettext("letters come on …", "Saturdays"),
        catalog.pgettext("letters come on …", "Sundays"),
    ]


def _listed(words: list[str], catalog: Catalog) -> str:
    listed: str = format_list(words, locale=catalog.locale)
    return listed
