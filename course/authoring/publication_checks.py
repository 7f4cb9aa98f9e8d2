"""What a course and a newsletter are both looked at for, besides their texts."""

from dataclasses import replace
from typing import TypeVar

from course.authoring.contrasts import unreadable_colours
from course.authoring.illustrations import Illustrations
from course.authoring.imprint_lines import imprint_gaps
from course.authoring.link_lines import hidden_links
from course.authoring.phrases_file import missing_phrases, wrong_phrases
from course.authoring.sender_lines import wrong_senders
from sequences.findings import Finding
from sequences.sequence import Publication

P = TypeVar("P", bound=Publication)


def checked(publication: P, illustrations: Illustrations) -> tuple[P, list[Finding]]:
    """With its pictures; without phrases that are wrong, so that all else can be looked at."""
    illustrated = illustrations.illustrated(publication)
    unsaid = list(wrong_phrases(publication.language, publication.phrases))
    findings = [
        *unsaid,
        *([] if unsaid else missing_phrases(publication)),
        *illustrations.findings,
        *unreadable_colours(publication),
        *wrong_senders(publication),
        *imprint_gaps(publication),
        *hidden_links(publication),
    ]
    return replace(illustrated, phrases="") if unsaid else illustrated, findings
