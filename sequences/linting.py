"""What an author should mend before publishing: errors, and warnings worth a thought."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from sequences.blocks import IN_LANDING, IN_LESSON, IN_LETTER, IN_SAMPLER, blocks
from sequences.findings import Finding, did_you_mean, meant
from sequences.markup import wrong_braces, wrong_in, wrong_with_key
from sequences.sequence import Lesson, LetterText, Publication, Sequence
from sequences.word_count import count_words

LONGEST_SUBJECT = 50
SHORTEST_BODY, LONGEST_BODY = 250, 450
MOST_NAMED = 5  # lessons in one warning

Known = Mapping[str, frozenset[str]]

NOTHING: frozenset[str] = frozenset()
NO_KEYS: Mapping[str, str] = {}


def lint(
    sequence: Sequence, placeholders: Known, keys: Mapping[str, str] = NO_KEYS
) -> list[Finding]:
    """All findings, in the order of the course.

    `placeholders`: what may be used, by letter's id; "lesson" is for every lesson, "*" for all.
    `keys`: the placeholder that the button of a letter leads to, by the letter's id, and that
    opens what is its reader's alone.
    """
    findings: list[Finding] = []
    in_order: list[Lesson] = []
    for lesson in sequence.lessons:
        found = _wrong(lesson, placeholders)
        findings += found or _length(lesson)
        in_order += [] if found else [lesson]
    findings += _missing_parts(sequence, in_order)
    findings += lint_letters(sequence, placeholders, keys)
    findings += _nudge(sequence)
    if (sampler := sequence.sampler) is not None:
        findings += wrong_in(sampler.source, sampler.line, sampler.body, NOTHING, IN_SAMPLER)
    findings += lint_landing(sequence)
    return findings


def lint_letters(
    publication: Publication, placeholders: Known, keys: Mapping[str, str] = NO_KEYS
) -> Iterator[Finding]:
    """Of the letters that are no lessons."""
    for letter in publication.letters:
        if letter.id not in placeholders:
            yield _no_such_letter(letter, placeholders)
            continue
        yield from lint_letter(letter, _allowed(placeholders, letter.id))
        if letter.id in keys:
            yield from _with_key(letter, keys[letter.id])


def lint_landing(publication: Publication) -> Iterator[Finding]:
    return wrong_in("landing.md", 1, publication.landing.body, NOTHING, IN_LANDING)


def lint_drafts(drafts: Iterable[Lesson], placeholders: Known) -> list[Finding]:
    """Of lessons that nobody gets yet: whatever is wrong is a warning."""
    found = (_wrong(lesson, placeholders) or _length(lesson) for lesson in drafts)
    return [replace(finding, severity="warning") for finding in chain.from_iterable(found)]


def lint_letter(letter: LetterText, allowed: frozenset[str]) -> list[Finding]:
    """Of one letter on its own, which may use these placeholders."""
    return [*_letter(letter, allowed), *_button(letter, allowed)]


def _wrong(lesson: Lesson, placeholders: Known) -> list[Finding]:
    """What is worth a thought is only said where this is nothing: it may come of what is wrong."""
    letter = _letter(lesson, _allowed(placeholders, "lesson"))
    return [*letter, *_lesson(lesson, placeholders)]


def _letter(letter: Lesson | LetterText, allowed: frozenset[str]) -> Iterator[Finding]:
    known = IN_LESSON if isinstance(letter, Lesson) else IN_LETTER
    yield from wrong_in(letter.source, letter.line, letter.body, allowed, known)
    for line, text in _headings(letter):
        yield from wrong_braces(letter.source, line, text, allowed)
    if len(letter.subject) > LONGEST_SUBJECT:
        yield Finding(
            letter.source,
            letter.line_of("subject"),
            f"The subject has {len(letter.subject)} characters; phones show about "
            f"{LONGEST_SUBJECT}.",
            "Shorten it.",
        )
    if not count_words(letter.body):
        yield Finding(letter.source, letter.line, "The letter is empty.", "Write something.")


def _headings(letter: Lesson | LetterText) -> Iterator[tuple[int, str]]:
    """What stands above the text and has placeholders, with its line."""
    for label in ("subject", "preview", "title"):
        yield letter.line_of(label), getattr(letter, label)


def _with_key(letter: LetterText, key: str) -> Iterator[Finding]:
    """It may be worded anew, and leads nowhere but where the engine's own does."""
    if not letter.button or letter.link != key:
        message = f"The letter {letter.id} has one button, which leads to {key}."
        remedy = f"Write the labels button and link: {key}."
        yield Finding(letter.source, letter.line_of("link"), message, remedy)
    for line, text in _headings(letter):
        yield from wrong_with_key(letter.source, line, text)
    yield from wrong_with_key(letter.source, letter.line, letter.body)


def _lesson(lesson: Lesson, placeholders: Known) -> Iterator[Finding]:
    if lesson.id in _letter_names(placeholders):
        yield Finding(
            lesson.source,
            lesson.line_of("id"),
            f"{lesson.id} is the name of a letter, which would take the lesson's place.",
            "Give the lesson another id.",
        )
    if lesson.prompt is not None and not lesson.prompt.text:
        words, remedy = "The prompt is empty.", "Write the question, or take the block away."
        yield Finding(lesson.source, lesson.line, words, remedy)
    if lesson.prompt is None and "reflect_url" in lesson.body:
        words = "reflect_url leads to where a question is answered, and this lesson asks none."
        yield Finding(lesson.source, lesson.line, words, "Write ::: prompt, or take the link away.")


def _length(lesson: Lesson) -> list[Finding]:
    words = count_words(lesson.body)
    if SHORTEST_BODY <= words <= LONGEST_BODY:
        return []
    message = f"The lesson has {words} words."
    remedy = f"{SHORTEST_BODY} to {LONGEST_BODY} read well in an evening."
    return [Finding(lesson.source, lesson.line, message, remedy, "warning")]


def _missing_parts(sequence: Sequence, in_order: Iterable[Lesson]) -> Iterator[Finding]:
    """A part that some lessons have and others don't may have been forgotten there."""
    parts = {one.id: {block.name for block in blocks(one.body)} for one in sequence.lessons}
    for name in ("insight", "try"):
        without = [lesson.id for lesson in in_order if name not in parts[lesson.id]]
        if without and any(name in found for found in parts.values()):
            more = " …" if len(without) > MOST_NAMED else "."
            named = ", ".join(without[:MOST_NAMED])
            yield Finding(
                sequence.manifest,
                sequence.line_of("course.lessons"),
                f"Some lessons have ::: {name}, and these have none: {named}{more}",
                "Write one there, or leave it, if they should have none.",
                "warning",
            )


def _nudge(sequence: Sequence) -> Iterator[Finding]:
    """What is sent again asks for both: when, and in which words."""
    asked = any(lesson.prompt for lesson in sequence.lessons)
    written = any(meant(letter.id, ["nudge"]) for letter in sequence.letters)
    if asked and sequence.schedule.nudge_after is not None and not written:
        message = "[schedule] has nudge_after, and there is no such letter: no nudge is ever sent."
        remedy = "Write letters/nudge.md, or take nudge_after out of sequence.toml."
        yield Finding("letters/nudge.md", 1, message, remedy, "warning")
    nudge = sequence.letter("nudge")
    if nudge is not None and len(sequence.lessons) > 1 and "{{" not in nudge.subject:
        message = "Every nudge has the same subject, so mail programs take them for one letter."
        remedy = "Say which it is: {{ step }} is the number of its lesson."
        yield Finding(nudge.source, nudge.line_of("subject"), message, remedy, "warning")
    if written and sequence.schedule.nudge_after is None:
        message = "It is never sent: [schedule] in sequence.toml does not say when."
        remedy = 'Write nudge_after = "4 days" there, or delete this file.'
        yield Finding("letters/nudge.md", 1, message, remedy, "warning")


def _button(letter: LetterText, allowed: frozenset[str]) -> Iterator[Finding]:
    if bool(letter.button) != bool(letter.link):
        yield Finding(
            letter.source,
            letter.line_of("link" if letter.link else "button"),
            "A button needs both button and link.",
            "Write both labels, or neither.",
        )
        return
    links = sorted(name for name in allowed if name.endswith("_url"))
    if letter.link and letter.link not in links:
        remedy = did_you_mean(letter.link, links, f"Links are {', '.join(links)}.")
        if "://" in letter.link:
            remedy = 'Name it under [links], as in shop = "https://…", and write link: shop_url.'
        message = f"The button leads to {letter.link}, which is no link."
        yield Finding(letter.source, letter.line_of("link"), message, remedy)


def _no_such_letter(letter: LetterText, placeholders: Known) -> Finding:
    names = _letter_names(placeholders)
    return Finding(
        letter.source,
        1,
        f"The engine never sends a letter called {letter.id}.",
        did_you_mean(letter.id, names, f"Letters are {', '.join(names)}."),
    )


def _letter_names(placeholders: Known) -> list[str]:
    return sorted(set(placeholders) - {"*", "lesson"})


def _allowed(placeholders: Known, key: str) -> frozenset[str]:
    return placeholders.get("*", frozenset()) | placeholders.get(key, frozenset())
