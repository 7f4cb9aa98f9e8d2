"""What is published can be sent to every reader, however long the name or the address is."""

from dataclasses import replace
from pathlib import Path

import pytest

from course.authoring.compiling import NotPublishable, letter_draft
from course.authoring.themes import theme_of
from course.letters import size_bounds
from course.letters.kinds import BY_LETTER
from course.newsletters import composing
from emails.errors import TooLarge
from emails.letter.compiling import compile_letter
from emails.message.composing import LARGEST_SIGNATURES, LARGEST_UNSIGNED
from emails.message.dkim import DkimSigner, sign
from sequences.identity import Sender
from sequences.sequence import Sequence
from tests.emails.message.test_dkim import SIGNERS as BOTH
from tests.emails.message.test_dkim import THEN, sent
from tests.support.shipped import compiled

SHIPPED = compiled().sequence
LONGEST_SIGNERS = [DkimSigner("long." * 10 + "org", "s" * 30, key._key) for key in BOTH]


def checked(key: str, body: str, sequence: Sequence = SHIPPED) -> None:
    text = sequence.letter(key)
    assert text is not None
    draft = replace(letter_draft(text, BY_LETTER[key], sequence), body=body)
    letter = compile_letter(draft, theme_of(sequence))
    size_bounds.check(letter, BY_LETTER[key], key, sequence)


@pytest.mark.parametrize("name", ["first_name", "greeting", "address", "course_title"])
def test_values_count_as_often_as_they_are_said(name: str) -> None:
    checked("welcome", f"{{{{ {name} }}}} " * 4)
    with pytest.raises(TooLarge, match=f"{LARGEST_UNSIGNED} is the most"):
        checked("welcome", f"{{{{ {name} }}}} " * 1000)


@pytest.mark.parametrize(
    "sender", [Sender(name="დ" * 150), Sender(reply_to=f"{'დ' * 150} <ada@quiet.example>")]
)
def test_its_own_sender_and_reply_to_count(sender: Sender) -> None:
    short = Sender(*(value and value.replace("დ" * 150, "დ") for value in vars(sender).values()))
    assert excess(sender) - excess(short) > 3 * 149


def excess(sender: Sender) -> int:
    """Bytes past the limit, of a letter that is too long with any sender."""
    course = replace(SHIPPED, identity=replace(SHIPPED.identity, sender=sender))
    with pytest.raises(TooLarge) as caught:
        checked("welcome", "{{ first_name }} " * 1000, course)
    return caught.value.excess


def test_a_nudge_counts_the_longest_question() -> None:
    first, *others = SHIPPED.lessons
    assert first.prompt is not None
    long = replace(first, prompt=replace(first.prompt, text="დიდი კითხვა " * 600))
    checked("nudge", "{{ prompt }}")
    with pytest.raises(TooLarge):
        checked("nudge", "{{ prompt }}", replace(SHIPPED, lessons=(*others, long)))


def test_a_newsletter_is_held_to_it_as_well(tmp_path: Path) -> None:
    file = tmp_path / "news.md"
    head = "---\nsubject: News\npreview: A line.\ntitle: News\n---\n\n"
    file.write_text(head + "{{ first_name }} " * 4)
    composing.compose(file, SHIPPED)
    file.write_text(head + "{{ first_name }} " * 400)
    with pytest.raises(NotPublishable) as caught:
        composing.compose(file, SHIPPED)
    assert "is the most" in caught.value.findings[0].message


def test_the_signatures_have_the_room_that_is_kept_for_them() -> None:
    assert len(sign(sent(), LONGEST_SIGNERS, THEN)) - len(sent()) <= LARGEST_SIGNATURES
