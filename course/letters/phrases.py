"""What a course's or a newsletter's letters say by themselves, in its language."""

from functools import lru_cache

from course.i18n.catalogs import Catalog, catalog_of, spoken
from course.i18n.catalogs import marked as N_
from emails.letter.phrases import Phrases
from sequences.sequence import Publication

# By the name in `Phrases`.
MESSAGES = {
    "insight": N_("Insight"),
    # Translators: prompt is the question that a lesson asks, to be answered in one's journal.
    "prompt": N_("Journal Prompt"),
    "try_this": N_("Try this"),
    "own_words": N_("In your own words"),
    "more": N_("There is more in your journal."),
    "step": N_("Step %(step)s of %(steps)s"),
    "write": N_("Write my answer"),
    "calendar": N_("Add a weekly time to my calendar"),
    # Translators: a label before a web address in plain text; French has a space before the colon.
    "colon": N_("%(label)s:"),
    "why_course": N_("You get this letter because %(address)s signed up for %(course_title)s."),
    "why_newsletter": N_("You get this letter because %(address)s subscribes to %(course_title)s."),
    "why_brief": N_("You get this letter because someone asked %(brand)s for it with %(address)s."),
    "view": N_("View in browser"),
    "pace": N_("Change the pace"),
    # Translators: a link to the list of the reader's courses and newsletters.
    "choices": N_("See all you get from us"),
    "leave": N_("Unsubscribe"),
    # Translators: a link to the page that says who is behind it, as the law asks for in some
    # countries (in German, Impressum).
    "imprint": N_("Legal notice"),
    # Translators: a link to the page on what happens with personal data.
    "privacy": N_("Privacy"),
}

_NAMES = ("brand", "step", "steps", "label", "address", "course_title")
PLACEHOLDERS = {name: f"{{{{ {name} }}}}" for name in _NAMES}


def catalog_for(publication: Publication) -> Catalog:
    """Of its language, with its own phrases."""
    return catalog_of(publication.language, publication.phrases)


@lru_cache(maxsize=256)
def spoken_language(catalog: Catalog) -> str:
    """What pages and letters are in around the author's words: the catalog's, or else English.

    What every letter says by itself stands for all: a newsletter's readers never meet the rest.
    """
    return spoken(catalog, MESSAGES.values())


@lru_cache(maxsize=64)
def letter_phrases(catalog: Catalog) -> Phrases:
    """What letters are compiled with."""
    said = {name: catalog.gettext(words, **PLACEHOLDERS) for name, words in MESSAGES.items()}
    return Phrases(language=spoken_language(catalog), **said)
