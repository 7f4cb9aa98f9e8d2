"""A sampler is printed as its language is written."""

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from course.authoring import publishing
from course.authoring.sampler_pdf import sampler_pdf
from emails.letter.phrases import Phrases
from sequences.reading import read_course
from sequences.sequence import Sampler
from tests.course.authoring.printed import BRAND, words
from tests.support.shipped import COURSE


def in_language(language: str, body: str) -> PdfReader:
    sampler = Sampler("A Sampler", "For tonight.", body, "sampler.md", 1)
    return PdfReader(BytesIO(sampler_pdf(sampler, BRAND, "A Course", language)))


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "de"), ("pt-BR", "pt-BR"), ("he", "he"), ("az-Arab", "az"), ("zxx-klingon", "zxx")],
)
def test_the_pdf_is_in_the_course_s_language(language: str, said: str) -> None:
    pdf = in_language(language, "Hello.")
    assert str(pdf.root_object["/Lang"]) == said


@pytest.mark.parametrize(
    ("language", "width"),
    [("en", 612), ("en-GB", 595), ("es-MX", 612), ("de", 595), ("zxx-klingon", 595)],
)
def test_the_paper_is_its_readers_own(language: str, width: int) -> None:
    assert round(in_language(language, "Hello.").pages[0].mediabox.width) == width


def test_german_words_and_quotation_marks_are_printed() -> None:
    pdf = in_language("de", 'Frau Müller sagt: "Schön, dass Sie da sind."')
    assert "Frau Müller sagt: „Schön, dass Sie da sind.“" in words(pdf)


def test_what_the_engine_says_is_said_in_its_own_words() -> None:
    own = Phrases(language="de", insight="Gut zu wissen", try_this="Zum Ausprobieren")
    body = "::: insight\nJa.\n:::\n\n::: try\nLos.\n:::"
    sampler = Sampler("A Sampler", "For tonight.", body, "sampler.md", 1)
    text = words(PdfReader(BytesIO(sampler_pdf(sampler, BRAND, "A Course", "de", own))))
    assert "Gut zu wissen Ja." in text
    assert "Zum Ausprobieren Los." in text


def test_a_published_sampler_is_in_the_course_s_language(tmp_path: Path) -> None:
    folder = tmp_path / COURSE.name
    shutil.copytree(COURSE, folder)
    plan = folder / "sequence.toml"
    plan.write_text(plan.read_text().replace('language = "en-US"', 'language = "de"'))
    pdf = publishing._pdf(read_course(folder), {})
    assert pdf is not None
    assert str(PdfReader(BytesIO(pdf)).root_object["/Lang"]) == "de"


def test_a_paragraph_in_hebrew_begins_on_the_right() -> None:
    def at(language: str) -> float:
        """Points from the left edge of the page, which is 595 wide."""
        found: dict[str, float] = {}
        page = in_language(language, "שלום\n").pages[0]
        page.extract_text(visitor_text=lambda text, place, *_: found.update({text: place[4]}))
        return next(x for text, x in found.items() if "שלום" in text)

    assert at("he") > 300 > at("en")
