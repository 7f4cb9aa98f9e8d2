"""The engine's own letters in other languages."""

from dataclasses import replace

from course.i18n import letter_files, messages
from course.i18n.catalogs import catalog_of
from course.letters.texts import OWN_LETTERS, letter_text
from sequences.reading import read_letter
from tests.support.shipped import compiled

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
JAPANESE = (
    HEADER
    + 'msgid "Is this you?"\nmsgstr "ご本人ですか"\n\nmsgid "Hello,"\nmsgstr "こんにちは。"\n'
)

CONFIRMATION = read_letter((OWN_LETTERS / "confirmation.md").resolve(), "confirmation.md")


def test_each_line_and_each_paragraph_is_a_message() -> None:
    wanted = messages.template()
    assert all(wanted.get(message) for message in letter_files.messages(CONFIRMATION))
    assert wanted.get("{{ greeting }}") is None


def test_a_letter_is_translated_paragraph_by_paragraph() -> None:
    letter = letter_files.translated(CONFIRMATION, catalog_of("ja", JAPANESE))
    assert letter.title == "ご本人ですか"
    assert letter.body.startswith("こんにちは。\n\nSomeone, most likely you,")
    assert letter.link == "confirm_url"


def test_a_letter_that_is_mostly_english_says_that_it_is() -> None:
    assert letter_files.language_of(CONFIRMATION, catalog_of("ja", JAPANESE)) == "en"
    assert letter_files.language_of(CONFIRMATION, catalog_of("en-GB")) == "en-GB"


def test_what_comes_when_one_confirms_is_the_sampler_where_there_is_one() -> None:
    course = compiled().sequence
    for sampler, comes in ((course.sampler, "the sampler"), (None, "the first letter")):
        text = letter_text(replace(course, letters=(), sampler=sampler), "confirmation")
        assert text is not None
        assert f"{comes} is on its way" in text.preview
        assert f"{comes} comes right away" in text.body
