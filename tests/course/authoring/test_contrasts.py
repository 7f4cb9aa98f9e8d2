"""Colours that can't be read are found, with one that could."""

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from course.authoring.compiling import NotPublishable
from course.authoring.contrasts import unreadable_colours
from course.authoring.newsletter_compiling import compile_newsletter
from sequences.findings import Finding
from sequences.sequence import Brand
from tests.support.shipped import COURSE, compiled


def unreadable(brand: Brand) -> list[Finding]:
    return list(unreadable_colours(replace(compiled().sequence, brand=brand)))


@pytest.mark.parametrize(
    ("colours", "key", "severity"),
    [
        ({"accent": "#FFFFFF"}, "accent", "error"),
        ({"accent": "#FFE600"}, "accent", "error"),
        ({"accent": "#B5735C"}, "accent", "warning"),
        ({"paper": "#101010"}, "paper", "error"),
        ({"paper_dark": "#EEEEEE"}, "paper_dark", "error"),
        ({"accent_dark": "#403020"}, "accent_dark", "error"),
    ],
)
def test_a_colour_that_can_not_be_read(colours: dict[str, Any], key: str, severity: str) -> None:
    (found,) = unreadable(Brand("CNT", **colours))
    line = (COURSE / "sequence.toml").read_text().splitlines()[found.line - 1]
    assert (found.severity, line.partition(" = ")[0]) == (severity, key)


def test_the_colour_that_is_proposed_can_be_read() -> None:
    (found,) = unreadable(Brand("CNT", accent="#FFE600"))
    better = found.remedy.split('"')[1]
    assert unreadable(Brand("CNT", accent=better)) == []


def test_the_shipped_course_and_the_usual_colours_are_fine() -> None:
    for brand in (compiled().sequence.brand, Brand("CNT")):
        assert unreadable(brand) == []


def test_a_newsletter_s_colours_are_looked_at_too(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(COURSE.parent / "evening-notes", tmp_path / "evening-notes"))
    plan = folder / "newsletter.toml"
    colour = re.compile(r'^accent = ".*"$', re.MULTILINE)
    plan.write_text(colour.sub('accent = "#FFE600"', plan.read_text()))
    with pytest.raises(NotPublishable) as caught:
        compile_newsletter(folder)
    line = plan.read_text().split("\n").index('accent = "#FFE600"') + 1
    assert [(found.source, found.line) for found in caught.value.findings] == [
        ("newsletter.toml", line)
    ]
