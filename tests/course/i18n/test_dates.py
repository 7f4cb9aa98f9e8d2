"""Dates and hours as each language has them, in one piece."""

from datetime import UTC, datetime, time

import pytest

from course.i18n import dates
from course.i18n.catalogs import catalog_of

AT = datetime(2026, 12, 8, 18, 30, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def with_blanks(said: str) -> str:
    return said.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "day", "hour"),
    [
        ("en", "Tuesday, December 8", "7:30 PM"),
        ("en-GB", "Tuesday 8 December", "19:30"),
        ("de", "Dienstag, 8. Dezember", "19:30"),
        ("fr", "mardi 8 décembre", "19 h 30"),
        ("es", "martes 8 de diciembre", "las 19:30"),
        ("es-MX", "martes 8 de diciembre", "las 7:30 de la tarde"),
        ("ja", "12月8日(火曜日)", "19:30"),
        ("fi", "tiistaina 8. joulukuuta", "19.30"),
    ],
)
def test_a_day_and_an_hour_are_said_as_the_language_says_them(
    language: str, day: str, hour: str
) -> None:
    catalog = catalog_of(language)
    assert with_blanks(dates.day(AT, BERLIN, catalog)) == day
    assert with_blanks(dates.hour(time(19, 30), catalog)) == hour


def test_a_day_never_parts_from_its_month() -> None:
    assert "8. Dezember" not in dates.day(AT, BERLIN, catalog_of("de"))
    assert "December 8" not in dates.day(AT, BERLIN, catalog_of("en"))


def test_french_counts_the_first_of_a_month_and_leaves_out_no_minutes() -> None:
    first, french = datetime(2027, 1, 1, 18, tzinfo=UTC), catalog_of("fr")
    assert with_blanks(dates.full_day(first, BERLIN, french)) == "vendredi 1er janvier 2027"
    assert with_blanks(dates.hour(time(19), french)) == "19 h"


@pytest.mark.parametrize(
    ("language", "at", "hour"),
    [
        ("es", time(1, 30), "la 1:30"),
        ("es", time(13), "las 13:00"),
        ("es-MX", time(13), "la 1:00 de la tarde"),
    ],
)
def test_a_spanish_hour_has_its_article(language: str, at: time, hour: str) -> None:
    assert with_blanks(dates.hour(at, catalog_of(language))) == hour


def test_a_zone_that_is_no_more_is_said_to_be_utc() -> None:
    said = with_blanks(dates.moment(AT, "Mars/Olympus", catalog_of("en")))
    assert said == "Tuesday, December 8 at 6:30 PM UTC"


def test_the_week_begins_on_monday() -> None:
    assert dates.weekdays(catalog_of("de"))[0] == "Montag"


def test_programs_get_the_offset_of_that_moment() -> None:
    assert dates.iso(AT, BERLIN) == "2026-12-08T19:30:00+01:00"
