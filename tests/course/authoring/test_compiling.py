"""A course's look is the letter's: two packages that don't know each other agree on it."""

from course.authoring.compiling import theme_of
from emails.letter.theme import Theme
from sequences.sequence import Brand


def test_a_theme_has_its_brand_s_name_and_colours() -> None:
    colours = ("#111111", "#222222", "#333333", "#444444")
    assert theme_of(Brand("CNT", *colours), "fr") == Theme("CNT", *colours, "fr")


def test_a_brand_and_a_theme_have_the_same_colours_by_default() -> None:
    assert theme_of(Brand("CNT"), "en") == Theme("CNT")
