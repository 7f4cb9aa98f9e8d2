"""Beginning a course: a folder with two lessons in it that say what to write where."""

import json
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from string import Template

from sequences.files import MANIFEST_FILE
from sequences.pattern import Pattern
from sequences.weekdays import DAYS

SKELETONS = Path(__file__).parent / "skeletons"

NUDGE = "letters/nudge.md"

# What is spoken in it where there is no skeleton in the language of the course.
ENGLISH = "en"


@dataclass(frozen=True)
class Beginning:
    """`days`: 0 = Monday to 6 = Sunday, at least one. `language` is a BCP 47 tag."""

    title: str
    brand: str
    language: str = ENGLISH
    days: frozenset[int] = frozenset({1})
    at: time = time(19, 30)


def begin(folder: Path, beginning: Beginning) -> list[str]:
    """Write the files; their names. Raises `FileExistsError` where the folder is there already."""
    folder.mkdir(parents=True)
    skeleton = SKELETONS / spoken_language(beginning.language)
    written = []
    for source in sorted(path for path in skeleton.rglob("*") if path.is_file()):
        name = str(source.relative_to(skeleton))
        if name == NUDGE and not _days_until_nudge(beginning.days):
            continue
        text = source.read_text("utf-8")
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(_filled(name, text, beginning), "utf-8")
        written.append(name)
    return written


def spoken_language(language: str) -> str:
    """That of the skeleton for a course in `language`."""
    known = language.lower().partition("-")[0]
    return known if (SKELETONS / known).is_dir() else ENGLISH


def _filled(name: str, text: str, beginning: Beginning) -> str:
    """The manifest alone has what was asked: letters have placeholders for it."""
    if name != MANIFEST_FILE:
        return text
    return Template(text).substitute(
        title=_quoted(beginning.title),
        language=_quoted(beginning.language),
        brand=_quoted(beginning.brand),
        days=_days(beginning.days),
        nudge_after=_nudge_after(beginning.days),
        at=_quoted(f"{beginning.at:%H:%M}"),
    )


def _quoted(text: str) -> str:
    """JSON's strings are TOML's, but for one character that is no text."""
    return json.dumps(text.replace("\x7f", ""), ensure_ascii=False)


def _days(days: frozenset[int]) -> str:
    names = [_quoted(DAYS[day]) for day in sorted(days)]
    return f"day = {names[0]}" if len(names) == 1 else f"days = [{', '.join(names)}]"


def _nudge_after(days: frozenset[int]) -> str:
    """A note where there is none."""
    number = _days_until_nudge(days)
    return f'nudge_after = "{number} days"' if number else '# nudge_after = "4 days"'


def _days_until_nudge(days: frozenset[int]) -> int:
    """Before the next letter comes; 0 where one comes every day."""
    most = Pattern(days).longest_gap - 1
    return min(4, most) if most > 1 else 0
