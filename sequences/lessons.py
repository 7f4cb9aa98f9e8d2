"""The files in lessons/: what is taught, in the order of the manifest, and what is a draft yet."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Any

from sequences.blocks import END_IT, blocks, without
from sequences.files import MANIFEST_FILE
from sequences.findings import MOST_FINDINGS, did_you_mean, meant
from sequences.folder import Folder, sources
from sequences.frontmatter import Text
from sequences.lines import OPENERS
from sequences.manifest import SLUG, Manifest
from sequences.sequence import Lesson, Prompt

_SPACES = re.compile(r"[ \t\r\n\f\v]+")

LABELS = ("id", "title", "subject", "preview", "summary")


def read_lessons(folder: Folder, manifest: Manifest, drafts: list[Lesson]) -> tuple[Lesson, ...]:
    """In the order of the manifest, whatever the files are called. Drafts are added to `drafts`:
    what is wrong with them is a warning, and the manifest may name them.
    """
    read: list[Lesson] = []
    later: list[Lesson] = []
    for source in sources(folder, "lessons"):
        found_before = len(folder.findings)
        lesson, is_draft = _lesson(folder, source)
        (later if is_draft else read).append(lesson)
        if is_draft:
            found = folder.findings[found_before:]
            folder.findings[found_before:] = [replace(one, severity="warning") for one in found]
    drafts += later
    return _in_order(folder, manifest, read, frozenset(draft.id for draft in later))


def _in_order(
    folder: Folder, manifest: Manifest, read: list[Lesson], drafts: frozenset[str]
) -> tuple[Lesson, ...]:
    found: dict[str, Lesson] = {}
    for lesson in read:
        if lesson.id in found:
            message = f"{found[lesson.id].source} has this id too."
            folder.wrong(
                lesson.source, lesson.line_of("id"), message, "Give each lesson an id of its own."
            )
        elif lesson.id:
            found[lesson.id] = lesson
    # A lesson without an id of its own may be the one that is looked for.
    if len(found) == len(read) and all(map(SLUG.fullmatch, found)):
        _missing(folder, manifest, found, drafts)
    misspelt = {meant(id_, found) for id_ in manifest.lessons if id_ not in found}
    for id_, lesson in found.items():
        if manifest.lessons and SLUG.fullmatch(id_) and id_ not in {*manifest.lessons, *misspelt}:
            message = f"{id_} is not in the list of lessons."
            add = f'Add "{id_}" to lessons in {MANIFEST_FILE}, where it should come'
            folder.wrong(
                lesson.source,
                lesson.line_of("id"),
                message,
                f"{add}, or write the label draft: true.",
            )
    return tuple(found[id_] for id_ in manifest.lessons if id_ in found)


def _missing(
    folder: Folder, manifest: Manifest, found: Iterable[str], drafts: frozenset[str]
) -> None:
    line, here = manifest.line_of("course.lessons"), {*found}
    unknown = (id_ for id_ in manifest.lessons if id_ not in here | drafts)
    for id_ in islice(unknown, MOST_FINDINGS):
        remedy = did_you_mean(id_, here, "Write the lesson, or take its id out of the list.")
        folder.wrong(MANIFEST_FILE, line, f"No lesson has the id {id_}.", remedy)
    if manifest.lessons and not here.intersection(manifest.lessons) and drafts:
        message, remedy = "All lessons are drafts.", "Take draft: true out of the first one."
        folder.wrong(MANIFEST_FILE, line, message, remedy)


def _lesson(folder: Folder, source: str) -> tuple[Lesson, bool]:
    """And whether it is a draft."""
    text = folder.text(source, LABELS, ("calendar", "draft"))
    labels: dict[str, Any] = {label: str(text.labels.get(label, "")) for label in LABELS}
    if labels["id"] and not SLUG.fullmatch(labels["id"]):
        message = f"The id {labels['id']} can't be part of an address."
        remedy = "Write it in small letters from a to z, digits and hyphens, 100 at most."
        folder.wrong(source, text.line_of("id"), message, remedy)
    lesson = Lesson(
        **labels,
        body=without(text.body, "prompt"),
        prompt=_prompt(folder, text),
        calendar=_is_true(folder, text, "calendar"),
        source=source,
        line=text.line,
        label_lines=text.lines,
    )
    return lesson, _is_true(folder, text, "draft")


def _prompt(folder: Folder, text: Text) -> Prompt | None:
    prompts = [block for block in blocks(text.body) if block.name == "prompt"]
    for prompt in prompts:
        line = text.line + prompt.first
        if prompt.last is None:
            folder.wrong(text.source, line, "The block prompt does not end.", END_IT)
        if "![" in prompt.text:
            remedy = "Put the picture above it, outside of the block."
            folder.wrong(text.source, line, "A prompt is words alone.", remedy)
        if any(opener in prompt.text for opener in OPENERS):
            message = "A prompt has no placeholders."
            folder.wrong(text.source, line, message, "Ask it in words that are the same for all.")
    for extra in prompts[1:]:
        line = text.line + extra.first
        folder.wrong(text.source, line, "There is a second prompt.", "Keep one.")
    return Prompt(_unwrapped(prompts[0].text)) if prompts else None


def _is_true(folder: Folder, text: Text, label: str) -> bool:
    if not isinstance(value := text.labels.get(label, False), bool):
        remedy = f"Write {label}: true, or leave the line out."
        folder.wrong(
            text.source, text.line_of(label), f"{label} is neither true nor false.", remedy
        )
    return value is True


def _unwrapped(text: str) -> str:
    """Plain paragraphs: a line break in the file is a space, a blank line stays.

    A space that may not be broken stays, too: French has one before a question mark.
    """
    parts = (_SPACES.sub(" ", part).strip() for part in text.split("\n\n"))
    return "\n\n".join(filter(None, parts))
