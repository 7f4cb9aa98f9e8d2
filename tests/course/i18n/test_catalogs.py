"""A language's sentences: a course's own before those that we ship, English where there is none."""

import pytest

from course.i18n import messages
from course.i18n.catalogs import FOLDER, Catalog, catalog_of
from course.letters.phrases import MESSAGES, spoken_language

OWN = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);\\n"

msgid "%(day)s at %(hour)s"
msgstr "%(day)s v %(hour)s"

msgid "%(num)s letter"
msgid_plural "%(num)s letters"
msgstr[0] "%(num)s dopis"
msgstr[1] "%(num)s dopisy"
msgstr[2] "%(num)s dopisů"

#, fuzzy
msgid "Leave"
msgstr "Odejít?"
"""


@pytest.fixture
def czech() -> Catalog:
    return catalog_of("cs", OWN)


def test_a_course_says_it_in_its_own_words(czech: Catalog) -> None:
    assert czech.gettext("%(day)s at %(hour)s", day="út", hour="19:30") == "út v 19:30"


def test_a_number_takes_the_form_that_its_language_has_for_it(czech: Catalog) -> None:
    said = [czech.ngettext("%(num)s letter", "%(num)s letters", n) for n in (1, 3, 5)]
    assert said == ["1 dopis", "3 dopisy", "5 dopisů"]


@pytest.mark.parametrize("sentence", ["Nobody translated this.", "Leave"])
def test_what_is_not_translated_or_not_sure_is_english(czech: Catalog, sentence: str) -> None:
    assert czech.gettext(sentence) == sentence


def test_what_is_said_is_english_until_most_of_it_is_translated(czech: Catalog) -> None:
    words = [f'msgid "{words}"\nmsgstr "{words}؟"\n' for words in MESSAGES.values()]
    a_few, all_of_them = ("\n".join(words[:number]) for number in (3, len(words)))
    assert spoken_language(czech) == spoken_language(catalog_of("ar", a_few)) == "en"
    assert spoken_language(catalog_of("ar", all_of_them)) == "ar"
    for tag, spoken in (("de-AT", "de-AT"), ("en-GB", "en-GB"), ("it", "en")):
        assert spoken_language(catalog_of(tag)) == spoken


@pytest.mark.parametrize(
    ("language", "locale"),
    [("pt-BR", "pt_BR"), ("de-CH-1901", "de_CH"), ("zh-Hant-TW", "zh_Hant_TW"), ("tlh", "en")],
)
def test_dates_are_those_of_the_nearest_language_that_cldr_has(language: str, locale: str) -> None:
    assert str(catalog_of(language).locale) == locale


def test_each_language_says_all_with_the_same_placeholders() -> None:
    wanted, shipped = messages.template(), {path.stem: path for path in FOLDER.glob("*.po")}
    wrong = {name: [*messages.wrong(messages.read(shipped[name]), wanted)] for name in shipped}
    assert wrong == {"de": [], "es": [], "fr": []}


def test_no_catalog_lets_a_line_end_within_the_word_e_mail() -> None:
    """With a plain hyphen, what is before it may stay behind: `e-`."""
    for path in FOLDER.glob("*.po"):
        said = [str(message.string) for message in messages.read(path) if message.id]
        assert [words for words in said if "e-mail" in words.lower()] == [], path.name
