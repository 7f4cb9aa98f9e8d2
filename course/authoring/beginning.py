"""Beginning a course or a newsletter: a folder of texts that say what to write where."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from string import Template
from typing import ClassVar

from sequences.files import MANIFEST_FILE, NEWSLETTER_FILE
from sequences.pattern import Pattern
from sequences.weekdays import DAYS

SKELETONS = Path(__file__).parent / "skeletons"

NUDGE = "letters/nudge.md"

# What is spoken in it where there is no skeleton in the author's language.
ENGLISH = "en"


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What a course and a newsletter are both asked for. `language` is a BCP 47 tag.

    `skeletons` has a folder for each language; the manifest in it has places for the values.
    """

    skeletons: ClassVar[Path]
    manifest: ClassVar[str]

    title: str
    brand: str
    language: str = ENGLISH

    @property
    def spoken_language(self) -> str:
        """That of the skeleton."""
        known = self.language.lower().partition("-")[0]
        return known if (self.skeletons / known).is_dir() else ENGLISH

    def values(self) -> Mapping[str, str]:
        """In TOML, by the name of their place."""
        return {
            "title": _quoted(self.title),
            "language": _quoted(self.language),
            "brand": _quoted(self.brand),
        }

    def has(self, _name: str) -> bool:
        """The file of the skeleton belongs into the folder."""
        return True


@dataclass(frozen=True, kw_only=True)
class NewsletterBeginning(Beginning):
    skeletons = SKELETONS / "newsletter"
    manifest = NEWSLETTER_FILE


@dataclass(frozen=True, kw_only=True)
class CourseBeginning(Beginning):
    """`days`: 0 = Monday to 6 = Sunday, at least one."""

    skeletons = SKELETONS / "course"
    manifest = MANIFEST_FILE

    days: frozenset[int] = frozenset({1})
    at: time = time(19, 30)

    def values(self) -> Mapping[str, str]:
        return {
            **super().values(),
            "days": _days(self.days),
            "nudge_after": _nudge_after(self.days),
            "at": _quoted(f"{self.at:%H:%M}"),
        }

    def has(self, name: str) -> bool:
        return name != NUDGE or _days_until_nudge(self.days) > 0


def begin(folder: Path, beginning: Beginning) -> list[str]:
    """Write the files; their names. Raises `FileExistsError` where the folder is there already."""
    folder.mkdir(parents=True)
    skeleton = beginning.skeletons / beginning.spoken_language
    files = (path for path in sorted(skeleton.rglob("*")) if path.is_file())
    written = []
    for name in filter(beginning.has, (str(path.relative_to(skeleton)) for path in files)):
        text = (skeleton / name).read_text("utf-8")
        # The manifest alone has what was asked: letters have placeholders for it.
        if name == beginning.manifest:
            text = Template(text).substitute(beginning.values())
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
        written.append(name)
    return written


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
