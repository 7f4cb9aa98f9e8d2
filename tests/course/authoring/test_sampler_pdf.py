import shutil
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from course.authoring import compiling, publishing
from course.authoring.fonts import unprintable
from course.authoring.sampler_pdf import TypesettingError, sampler_pdf
from sequences.reading import read_course
from sequences.sequence import Brand, Sampler
from tests.course.authoring.printed import BRAND, left_edge, printed, words
from tests.support import amounts, compiled_once
from tests.support.pictures import illustrated
from tests.support.shipped import COURSE, compiled


@pytest.fixture(scope="module")
def shipped() -> PdfReader:
    course = read_course(COURSE)
    assert course.sampler
    return PdfReader(BytesIO(sampler_pdf(course.sampler, course.brand, course.title)))


def test_the_shipped_sampler_is_four_to_six_pages_of_american_paper(shipped: PdfReader) -> None:
    assert 4 <= len(shipped.pages) <= 6
    sizes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in shipped.pages}
    assert sizes == {(612, 792)}


def test_every_heading_is_in_the_text_and_in_the_outline(shipped: PdfReader) -> None:
    text, outline = words(shipped), str(shipped.outline)
    for line in (COURSE / "sampler.md").read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ").replace("'", "’")
            assert heading in text
            assert heading.split("’")[0] in outline


def test_a_screen_reader_finds_title_language_and_tags(shipped: PdfReader) -> None:
    assert shipped.metadata
    assert shipped.metadata.title == "CNT Toolkit Sampler"
    catalog = str(shipped.root_object)
    assert "'/Lang': 'en'" in catalog
    assert "'/StructTreeRoot'" in catalog
    assert shipped.viewer_preferences
    assert shipped.viewer_preferences.display_doctitle


def test_the_check_in_sheet_has_a_page_of_its_own(shipped: PdfReader) -> None:
    sheet = [page.extract_text() for page in shipped.pages if "Mon" in page.extract_text()]
    assert len(sheet) == 1
    assert "My week" in sheet[0]
    assert "Sun" in sheet[0]
    assert "Where this leads" not in sheet[0]


def test_every_page_says_where_it_stands(shipped: PdfReader) -> None:
    total = len(shipped.pages)
    for number, page in enumerate(shipped.pages, start=1):
        assert f"{number} / {total}" in page.extract_text().replace("\u2060", "")


def test_mallory_cannot_write_typst() -> None:
    text = words(printed('#panic("x") @ref $x^2$ \\eval <label> = no heading // x\n\n#let a = 1'))
    assert "#panic(“x”) @ref $x^2$ \\eval <label> = no heading // x" in text
    assert "#let a = 1" in text


def test_mallory_cannot_write_html_or_fetch_a_picture() -> None:
    text = words(printed("<script>x</script>\n\n![a quiet room](/etc/passwd)"))
    assert "<script>x</script>" in text
    assert "a quiet room" in text


def test_a_picture_and_a_link_without_an_address_are_their_words() -> None:
    assert "read this" in words(printed("[read this]()"))


@pytest.mark.parametrize("number", ["0", "-4", "99999", "many", "²"])
def test_a_silly_number_of_lines_still_prints(number: str) -> None:
    assert len(printed(f"before\n\n::: lines {number}\n:::\n\nafter").pages) <= 2


def test_a_section_or_a_sheet_inside_something_else_begins_no_page() -> None:
    pdf = printed("> ## In a quote\n\n::: try\n## In a call-out\n:::\n\n- ## In a list")
    assert len(pdf.pages) == 1
    assert "Try this In a call-out" in words(pdf)


def test_nothing_comes_after_a_sheet_that_is_last() -> None:
    assert len(printed("Before.\n\n::: sheet\n- To fill in\n:::").pages) == 2


def test_verse_and_the_sides_of_columns_are_printed() -> None:
    pdf = printed("> There sleeps a song\n> in all things\n\n| A | Sum |\n| - | -: |\n| b | 7 |")
    lines = [line.strip() for line in pdf.pages[0].extract_text().splitlines()]
    assert "There sleeps a song" in lines
    left = printed("| A | Sum |\n| - | - |\n| b | 7 |")
    assert left_edge(pdf, "7") > left_edge(left, "7")


def test_a_sampler_without_sections_is_one_page() -> None:
    assert len(printed("Just a few words.").pages) == 1


def test_a_gap_in_a_sentence_is_drawn_not_typed() -> None:
    assert "____" not in words(printed("In one word: ________"))


def test_other_alphabets_are_printed() -> None:
    assert "Žofie à Łódź, Ελένη, Наташа" in words(printed("Žofie à Łódź, Ελένη, Наташа"))


def test_what_pdf_ua_forbids_is_printed_all_the_same() -> None:
    assert "Skipped a level" in words(printed("## One\n\n#### Skipped a level 😀"))


def test_the_same_sampler_gives_the_same_bytes() -> None:
    sampler = Sampler("A Sampler", "For tonight.", "## One\n\ntwo", "sampler.md", 1)
    first = sampler_pdf(sampler, BRAND, "A Course")
    compiled_once.typeset_anew()
    assert sampler_pdf(sampler, BRAND, "A Course") == first


def test_an_accent_that_is_no_colour_is_named() -> None:
    with pytest.raises(TypesettingError, match=r"sampler\.md: color string"):
        printed("words", Brand("CNT", "terracotta", "#E8A07F", "#FBF7F0", "#1B1816"))


def test_nesting_beyond_reason_is_an_error_not_a_crash() -> None:
    with pytest.raises(TypesettingError):
        printed("*" * 5000 + "a" + "*" * 5000)


def test_a_house_is_drawn_where_the_course_has_one() -> None:
    sampler = Sampler("A Sampler", "For tonight.", "Words.", "sampler.md", 1)
    drawn, plain = (sampler_pdf(sampler, BRAND, "A", house=house) for house in (True, False))
    paths = [PdfReader(BytesIO(pdf)).pages[0].get_contents().get_data() for pdf in (drawn, plain)]  # type: ignore[union-attr]
    assert len(paths[0]) > 2 * len(paths[1])


def test_the_note_of_care_is_the_last_word_with_its_address() -> None:
    pdf = publishing._pdf(compiled().sequence, {})
    assert pdf is not None
    text = words(PdfReader(BytesIO(pdf)))
    assert text.count("not a substitute for professional help") == 1
    assert "safety comes first. Find a helpline near you: https://findahelpline.com" in text


@pytest.mark.parametrize("characters", ["𐘀𐘁", "𖽔𖽕", "𐕰"])
def test_characters_that_would_be_blank_are_named_with_their_line(
    characters: str, tmp_path: Path
) -> None:
    folder = tmp_path / COURSE.name
    shutil.copytree(COURSE, folder)
    sampler = folder / "sampler.md"
    sampler.write_text(sampler.read_text() + f"\nThe end: {characters}\n")
    last = len(sampler.read_text().splitlines())
    (warning,) = compiling.compile_course(folder).findings
    assert (warning.severity, warning.source, warning.line) == ("warning", "sampler.md", last)
    assert all(char in warning.message for char in characters if char.isalpha())


def test_signs_that_can_be_printed_are_not_named() -> None:
    body = "Größe, Ελλάδα, Привет, שלום, “quotes” – and … dashes — naïve ✓ →"
    assert unprintable(Sampler("T", "L", body, "sampler.md", 1), BRAND, "C") == []


def test_code_keeps_its_quotes_and_its_underscores() -> None:
    text = words(printed("It's \"said\": `x = '#{}' + \"__name__\" ____`\n\n    y = 'a'\n"))
    assert "It’s “said”:" in text
    assert "x = '#{}' + \"__name__\" ____" in text
    assert "y = 'a'" in text


@given(st.text(st.sampled_from("#$@*_`~<>[]{}()\\/-=+'\"&|^%!.:;0a \n"), max_size=80))
@settings(max_examples=amounts.of(25, 8), deadline=None)
@example('#panic("x") $x^2$ @ref <label> #import "a" \\u{41} // c /* d */ ~ -- ---')
def test_nothing_an_author_writes_is_a_command(body: str) -> None:
    sampler = Sampler(body, body, body, "sampler.md", 1)
    assert sampler_pdf(sampler, Brand(body, *COLOURS), body).startswith(b"%PDF")


COLOURS = ("#9C4A2F", "#E8A07F", "#FBF7F0", "#1B1816")


def test_a_picture_is_printed_with_its_description_for_who_can_not_see_it(tmp_path: Path) -> None:
    made = compiling.compile_course(illustrated(tmp_path / "evenings"))
    assert made.sequence.sampler
    (shown,) = made.sequence.sampler.pictures
    pdf = PdfReader(BytesIO(publishing._pdf(made.sequence, made.pictures) or b""))
    (printed,) = (image for page in pdf.pages for image in page.images)
    assert printed.image
    assert printed.image.size == (shown.width, shown.height)
    assert "A way through" in descriptions(pdf)


def descriptions(pdf: PdfReader) -> list[str]:
    parts = [pdf.get_object(number) for number in range(1, len(pdf.xref[0]) + 1)]
    return [str(part.get("/Alt")) for part in parts if isinstance(part, DictionaryObject)]
