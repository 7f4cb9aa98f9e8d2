"""A course's look is the letter's: two packages that don't know each other agree on it."""

from dataclasses import replace

from course.authoring.themes import theme_of
from emails.letter.identity import Care, Imprint
from emails.letter.theme import Theme
from sequences import identity
from sequences.sequence import Brand, Sequence
from tests.support.shipped import compiled

PLAIN = replace(compiled().sequence, mark="steps", identity=identity.ANONYMOUS)


def course(**changes: object) -> Sequence:
    return replace(PLAIN, **changes)  # type: ignore[arg-type]


def test_a_theme_has_its_brand_s_name_and_colours() -> None:
    colours = ("#111111", "#222222", "#333333", "#444444")
    french = course(brand=Brand("CNT", *colours), language="fr")
    assert theme_of(french) == Theme("CNT", *colours, "fr")


def test_a_brand_and_a_theme_have_the_same_colours_by_default() -> None:
    assert theme_of(course(brand=Brand("CNT"), language="en")) == Theme("CNT")


def test_a_theme_says_who_publishes_with_the_country_in_the_readers_language() -> None:
    who = identity.Identity(
        imprint=identity.Imprint(
            ("Lindenweg 4", "50667 Köln"), "DE", privacy_url="https://a.example"
        ),
        care=identity.Care("Hör auf.", "Rat", "https://b.example"),
    )
    theme = theme_of(course(language="de", identity=who))
    address = ("Lindenweg 4", "50667 Köln", "Deutschland")
    assert theme.imprint == Imprint(address, privacy_url="https://a.example")
    assert theme.care == Care("Hör auf.", "Rat", "https://b.example")
