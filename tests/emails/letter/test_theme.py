"""Colours: every pair that carries text can be read, in both schemes."""

import pytest

from emails.letter.theme import Palette, Theme, contrast, dark, light

PAIRS = [
    (ink, ground)
    for ground in ("paper", "card", "wash")
    for ink in ("ink", "muted", "accent", "calm")
    if (ink, ground) not in (("accent", "wash"), ("muted", "wash"))
] + [("on_accent", "accent")]


@pytest.mark.parametrize(
    "palette", [light(Theme("CNT")), dark(Theme("CNT"))], ids=["light", "dark"]
)
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_can_be_read(palette: Palette, ink: str, ground: str) -> None:
    assert contrast(getattr(palette, ink), getattr(palette, ground)) >= 5.6


def test_the_sign_on_a_button_suits_any_accent() -> None:
    assert light(Theme("CNT", accent="#F2D25C")).on_accent == "#24160F"
    assert light(Theme("CNT", accent="#123456")).on_accent == "#FFFFFF"


def test_derived_colours_are_those_of_the_house() -> None:
    assert light(Theme("CNT")).line == "#E5DCCF"
    assert dark(Theme("CNT")).line == "#3B342E"
    assert dark(Theme("CNT")).card == "#24201D"
