"""The journal as a file that its owner takes away: Markdown to read, JSON for a program."""

import json as json_
import re
from dataclasses import asdict
from typing import Any

from course.i18n.catalogs import Catalog
from course.journal.entries import Chapter


def markdown(chapters: list[Chapter], catalog: Catalog) -> str:
    """To read, print or keep anywhere."""
    lines = [f"# {catalog.gettext('My journal')}", ""]
    for chapter in chapters:
        lines += [f"## {chapter.lesson_title}", ""]
        lines += [f"> {paragraph}\n>" for paragraph in chapter.prompt]
        lines[-1:] = [lines[-1].removesuffix("\n>"), ""]
        for entry in chapter.reflections:
            lines += [f"*{entry.written}*", "", *_fenced(entry.text), ""]
    return "\n".join(lines)


def json(chapters: list[Chapter]) -> str:
    """The same, for a program."""
    return json_.dumps([_exported(chapter) for chapter in chapters], ensure_ascii=False, indent=2)


def _fenced(text: str) -> list[str]:
    """As it was written, and nothing else: whoever held a forwarded lesson may have written it.

    No picture, heading or tag in it is one, as the fence is longer than any in it (CommonMark 4.5).
    """
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", text, fence]


def _exported(chapter: Chapter) -> dict[str, Any]:
    """The chapter's number is the key `step` in a file that programs already read."""
    fields = asdict(chapter)
    return {"step" if name == "number" else name: value for name, value in fields.items()}
