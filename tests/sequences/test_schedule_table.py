"""`[schedule]`: what it means, in a sentence, and what in it contradicts itself."""

from datetime import timedelta

import pytest

from sequences.course_schedule import Schedule
from sequences.findings import Finding
from sequences.schedule_table import read_schedule
from sequences.schedule_words import sentence
from sequences.toml_source import key_lines, parsed
from sequences.toml_tables import TomlTables

DAY = timedelta(days=1)


def read(keys: str) -> tuple[Schedule, list[Finding]]:
    text, findings = f"[schedule]\n{keys}\n", list[Finding]()
    tables = parsed("sequence.toml", text, findings) or {}
    return read_schedule(TomlTables("sequence.toml", tables, key_lines(text), findings)), findings


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("", "on Tuesdays at 19:30"),
        ('day = "Friday"\nat = "6:45"', "on Fridays at 06:45"),
        ('days = ["thursday", "monday"]', "on Mondays and Thursdays at 19:30"),
        ('every = "day"', "every day at 19:30"),
        ('every = "3 days"\nfirst = "at once"', "every 3 days at 19:30, the first at once"),
        ('every = "2 weeks"', "every 14 days at 19:30"),
        ("dates = [15, 1]", "on the 1st and 15th of each month at 19:30"),
        ("dates = [31]", "on the last day of each month at 19:30"),
        (
            "dates = [2, 11, 30]",
            "on the 2nd, 11th and 30th of each month (on the last day of a shorter one) at 19:30",
        ),
        ('day = "tuesday"\ndelay = "2 weeks"', "on Tuesdays at 19:30, at least 14 days apart"),
        ('first = "at the next opening"', "on Tuesdays at 19:30"),
    ],
)
def test_a_schedule_in_a_sentence(keys: str, words: str) -> None:
    schedule, findings = read(keys)
    assert findings == []
    assert sentence(schedule) == f"Letters go out {words}."


TWO_DAYS = 'days = ["monday", "thursday"]'


@pytest.mark.parametrize(
    ("keys", "line", "remedy"),
    [
        (f'{TWO_DAYS}\ndelay = "4 days"', 3, 'Write "3 days" or less, or take delay out.'),
        ('dates = [1, 15]\ndelay = "15 days"', 3, 'Write "14 days" or less'),
        (f'{TWO_DAYS}\nevery = "day"', 3, "Keep one of the two."),
        ('day = "monday"\ndates = [1]', 3, "Keep one of the two."),
        ('every = "3 days"\ndelay = "3 days"', 3, "Take delay out."),
        ('day = ["monday", "thursday"]', 2, 'Write days = ["monday", "thursday"].'),
        ('days = ["Montag", "jeudi"]', 2, 'Write "monday".'),
        ('every = "0 days"', 2, '"3 days"'),
        ('every = "month"', 2, '"3 days"'),
        ("dates = [0]", 2, "numbers from 1 to 31"),
        ("dates = [1, true]", 2, "numbers from 1 to 31"),
        ('dates = ["1"]', 2, "numbers from 1 to 31"),
        ("dates = 15", 2, "dates = [1, 15]"),
        ("dates = []", 2, "dates = [1, 15]"),
        ('first = "now"', 2, '"at once"'),
    ],
)
def test_what_contradicts_itself_has_a_remedy(keys: str, line: int, remedy: str) -> None:
    _, (found, *_) = read(keys)
    assert (found.line, found.severity) == (line, "error")
    assert remedy in found.remedy


@pytest.mark.parametrize(
    ("keys", "remedy"),
    [
        (f'{TWO_DAYS}\nnudge_after = "4 days"', 'Write "3 days" or less, or take nudge_after out.'),
        ('every = "day"\nnudge_after = "1 day"', "Take nudge_after out."),
        ('every = "day"\nlateness = "2 days"', 'Write "1 day" or less.'),
    ],
)
def test_what_would_never_happen_is_a_warning(keys: str, remedy: str) -> None:
    _, (found,) = read(keys)
    assert (found.severity, found.remedy) == ("warning", remedy)


@pytest.mark.parametrize(
    ("keys", "days"),
    [
        ('day = "tuesday"', 4),
        (TWO_DAYS, 2),
        ('every = "day"', 1),
        ('every = "3 days"', 3),
        ("dates = [1, 15]", 7),
        (f'{TWO_DAYS}\ndelay = "1 day"', 1),
    ],
)
def test_the_least_between_two_letters(keys: str, days: int) -> None:
    """Where no delay is written, half of the shortest gap between two days."""
    schedule, _ = read(keys)
    assert schedule.distance(schedule.pattern) == days * DAY


@pytest.mark.parametrize(
    ("keys", "days"),
    [
        ('day = "tuesday"', 1),
        (TWO_DAYS, 2),
        ('every = "day"', 7),
        ('every = "3 days"', 0),
        ("dates = [1, 15]", 0),
    ],
)
def test_how_many_days_a_reader_may_choose(keys: str, days: int) -> None:
    assert read(keys)[0].most_days == days
