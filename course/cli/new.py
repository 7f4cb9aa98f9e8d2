"""`letterpath new`: a course is begun."""

import re
import sys
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import TypeVar

import click

from course.authoring import beginning
from course.authoring.beginning import Beginning
from course.config.settings import Settings
from sequences import files
from sequences.languages import is_language, language_remedy
from sequences.manifest import LONGEST_NAME, SLUG
from sequences.schedule_table import HOUR
from sequences.weekdays import weekday_in_any_language

T = TypeVar("T")


@click.command()
@click.argument("course")
@click.option("--title", help="What readers know it by.")
@click.option("--brand", help="The name at the top, and whom letters come from.")
@click.option("--language", help="In which its letters are written: en, de, pt-BR …")
@click.option("--days", help="On which its letters go out: tuesday; or monday, thursday.")
@click.option("--at", help="At which hour of its readers: 19:30.")
def new(course: str, **given: str | None) -> None:
    """Begin a course: a folder with two lessons that say what to write where.

    COURSE is the folder's name and the course's address, in small letters, digits and hyphens.
    What no option says is asked, with an answer that fits most.

    \b
      letterpath new quiet-evenings
      letterpath new quiet-evenings --title "Quiet Evenings" --days "monday, thursday"
    """
    folder = _folder(course)
    title = _asked("Title", given["title"], course.replace("-", " ").capitalize(), _line)
    begun = Beginning(
        title=title,
        brand=_asked("Brand, and sender of the letters", given["brand"], title, _line),
        language=_asked("Language", given["language"], beginning.ENGLISH, _language),
        days=_asked("Days", given["days"], "tuesday", _days),
        at=_asked("Hour", given["at"], "19:30", _hour),
    )
    written = beginning.begin(folder, begun)
    click.echo(f"{folder}/ has {len(written)} files. Each TODO in them is a place for your words.")
    if beginning.spoken_language(begun.language) != begun.language.lower().partition("-")[0]:
        click.echo("  The examples in them are in English: write over them in your language.")
    _say_what_next(course)


def _say_what_next(course: str) -> None:
    for command, does in (
        ("lint", "what is left to write, and what to mend"),
        ("rehearse", "a reader's whole journey, with dates"),
        ("preview", "every letter, as it will look"),
        ("publish", "from now on, this is what is sent"),
    ):
        click.echo(f"  letterpath {command + ' ' + course:<{len(course) + 12}}{does}")
    click.echo(f"  make run{' ' * (len(course) + 15)}try it: it is at /courses/{course}")


def _folder(course: str) -> Path:
    if not SLUG.fullmatch(course):
        words = "Name it in small letters, digits and hyphens, as in quiet-evenings."
        raise click.BadParameter(words, param_hint="COURSE")
    root = Settings().courses
    if files.exists(root, course):
        raise click.ClickException(f"{root / course} is there already. Give it another name.")
    return root / course


def _asked(question: str, given: str | None, default: str, read: Callable[[str], T]) -> T:
    """What was given as an option, typed, or, where nobody can type, what fits most."""
    if given is not None:
        return read(given)
    try:
        answer: T = click.prompt(question, default=default, value_proc=read)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo(default)
        return read(default)
    return answer


def _line(typed: str) -> str:
    text = " ".join(typed.split())
    if not text or len(text) > LONGEST_NAME or not text.isprintable() or "{{" in text:
        raise click.BadParameter(f"Write 1 to {LONGEST_NAME} characters, without double braces.")
    return text


def _language(typed: str) -> str:
    if not is_language(typed.strip()):
        raise click.BadParameter(language_remedy(typed))
    return typed.strip()


def _days(typed: str) -> frozenset[int]:
    words = [word for word in re.split(r"[\s,;]+", typed) if word]
    days = {word: weekday_in_any_language(word) for word in words}
    for word, day in days.items():
        if day is None:
            raise click.BadParameter(f"{word} is no day of the week. Write: monday, thursday")
    if not days:
        raise click.BadParameter("Write at least one day of the week.")
    return frozenset(day for day in days.values() if day is not None)


def _hour(typed: str) -> time:
    if (found := HOUR.fullmatch(typed.strip())) is None:
        raise click.BadParameter("Write the hour like 19:30.")
    return time(int(found[1]), int(found[2]))
