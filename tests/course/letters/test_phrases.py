"""What letters say by themselves, filled from a catalog."""

from course.i18n.catalogs import catalog_of
from course.letters.phrases import letter_phrases
from emails.letter.phrases import ENGLISH

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


def test_english_is_what_a_letter_says_without_a_catalog() -> None:
    assert letter_phrases(catalog_of("en")) == ENGLISH


def test_a_language_that_nobody_translated_is_english_and_says_so() -> None:
    assert letter_phrases(catalog_of("ja")).language == "en"


def test_a_course_says_one_of_them_anew() -> None:
    own = HEADER + 'msgid "Insight"\nmsgstr "What we know"\n'
    assert letter_phrases(catalog_of("en", own)).insight == "What we know"
