"""An author's own links that lead nowhere: hidden by the engine's, or in no letter."""

import re
from collections.abc import Collection, Iterator

from course.letters.placeholders import MAKERS
from sequences.findings import Finding
from sequences.sequence import Lesson, LetterText, Publication, Sequence

NAME = re.compile(r"[a-z_]+")

ENGINES = frozenset(name for makers in MAKERS.values() for name in makers)


def hidden_links(publication: Publication) -> Iterator[Finding]:
    """Those whose placeholder the engine fills in with a link of its own."""
    for link in publication.identity.links:
        if link.placeholder in ENGINES:
            words = f"{link.placeholder} is a link of the engine's, so yours is never used."
            line = publication.line_of(f"links.{link.name}")
            yield Finding(publication.manifest, line, words, "Give it another name.")


def unused_links(sequence: Sequence, drafts: Collection[Lesson]) -> Iterator[Finding]:
    """Of a course alone: the issues of a newsletter are not written yet."""
    texts: list[Lesson | LetterText] = [*sequence.lessons, *drafts, *sequence.letters]
    said = " ".join(f"{text.body} {text.subject} {text.preview} {text.title}" for text in texts)
    named = {*NAME.findall(said), *(letter.link for letter in sequence.letters)}
    for link in sequence.identity.links:
        if link.placeholder not in named:
            words = f"No letter has {link.placeholder}."
            remedy = f"Write {{{{ {link.placeholder} }}}} where it belongs, or take the line out."
            line = sequence.line_of(f"links.{link.name}")
            yield Finding(sequence.manifest, line, words, remedy, "warning")
