"""A course's colours are said twice, since letters and sequences know nothing of each other."""

from dataclasses import fields

from emails.letter.theme import Theme
from sequences.sequence import Brand


def test_a_theme_has_the_colours_of_a_brand_and_their_defaults() -> None:
    theme = {field.name: field.default for field in fields(Theme) if field.name != "language"}
    brand = {field.name: field.default for field in fields(Brand)}
    assert theme.pop("brand") is brand.pop("name")
    assert theme == brand
