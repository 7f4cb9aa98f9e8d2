"""`letterpath new`: a course or a newsletter is begun."""

import re
import sys
from collections.abc import Callable, Mapping
from datetime import time
from pathlib import Path
from typing import TypeVar

import click

from course.authoring import beginning
from course.authoring.beginning import Beginning, CourseBeginning, NewsletterBeginning
from course.config.settings import Settings
from sequences import files
from sequences.languages import is_language, language_remedy
from sequences.manifest import LONGEST_NAME, SLUG
from sequences.schedule_table import HOUR
from sequences.weekdays import weekday_in_any_language

T = TypeVar("T")
Given = Mapping[str, str | None]  # by option


@click.command()
@click.argument("name")
@click.option("--newsletter", is_flag=True, help="A newsletter in place of a course.")
@click.option("--title", help="What readers know it by.")
@click.option("--brand", help="The name at the top, and whom letters come from.")
@click.option("--language", help="In which its letters are written: en, de, pt-BR …")
@click.option("--days", help="On which its letters go out: tuesday; or monday, thursday.")
@click.option("--at", help="At which hour of its readers: 19:30.")
def new(name: str, newsletter: bool, **given: str | None) -> None:
    """Begin a course, or a newsletter: a folder of texts that say what to write where.

    NAME is the folder's name, and its address, in small letters from a to z,
    digits and hyphens. What no option says is asked, with an answer that
    fits most.

    \b
      letterpath new quiet-evenings
      letterpath new quiet-evenings --title "Quiet Evenings" --days "monday, thursday"
      letterpath new quiet-news --newsletter
    """
    folder = _folder(name)
    begun = _newsletter(name, given) if newsletter else _course(name, given)
    written = beginning.begin(folder, begun)
    click.echo(f"{folder}/ has {len(written)} files. Each TODO in them is a place for your words.")
    if begun.spoken_language != begun.language.lower().partition("-")[0]:
        click.echo("  The examples in them are in English: write over them in your language.")
    if newsletter:
        _say_what_next_of_newsletter(folder, next(filter(_is_issue, written)))
    else:
        _say_what_next_of_course(name)


def _course(name: str, given: Given) -> Beginning:
    return CourseBeginning(
        **_common(name, given),
        days=_asked("Days", given["days"], "tuesday", _days),
        at=_asked("Hour", given["at"], "19:30", _hour),
    )


def _newsletter(name: str, given: Given) -> Beginning:
    if given["days"] or given["at"]:
        words = "Its issues are sent one by one: letterpath broadcast says when."
        raise click.UsageError(f"A newsletter has no --days and no --at. {words}")
    return NewsletterBeginning(**_common(name, given))


def _common(name: str, given: Given) -> dict[str, str]:
    title = _asked("Title", given["title"], name.replace("-", " ").capitalize(), _line)
    return {
        "title": title,
        "brand": _asked("Brand, and sender of the letters", given["brand"], title, _line),
        "language": _asked("Language", given["language"], beginning.ENGLISH, _language),
    }


def _say_what_next_of_course(course: str) -> None:
    _say_what_next(
        {
            f"letterpath lint {course}": "what is left to write, and what to mend",
            f"letterpath rehearse {course}": "a reader's whole journey, with dates",
            f"letterpath preview {course}": "every letter, as it will look",
            f"letterpath publish {course}": "from now on, this is what is sent",
            "make run": f"try it: it is at /courses/{course}",
        }
    )


def _say_what_next_of_newsletter(folder: Path, issue: str) -> None:
    name = folder.name
    _say_what_next(
        {
            f"letterpath lint {name}": "what is left to write, and what to mend",
            f"letterpath publish {name}": "from now on, people can subscribe",
            "make run": f"try it: it is at /newsletters/{name}",
        }
    )
    click.echo("The first issue, once the newsletter is published, for you alone and then for all:")
    click.echo(f"  letterpath broadcast {folder / issue} --newsletter {name} --lint --preview")
    click.echo(f"  letterpath broadcast {folder / issue} --newsletter {name}")


def _say_what_next(commands: Mapping[str, str]) -> None:
    widest = max(map(len, commands))
    for command, does in commands.items():
        click.echo(f"  {command:<{widest}}  {does}")


def _is_issue(name: str) -> bool:
    return name.startswith("issues/")


def _folder(name: str) -> Path:
    if not SLUG.fullmatch(name):
        words = "Name it in small letters from a to z, digits and hyphens, as in quiet-evenings."
        raise click.BadParameter(words, param_hint="NAME")
    roots = Settings().course_roots
    for root in roots:
        if files.exists(root, name):
            raise click.ClickException(f"{root / name} is there already. Give it another name.")
    return roots[0] / name


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
