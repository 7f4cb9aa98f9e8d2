"""What an author should mend, each with its line and its remedy."""

from pathlib import Path

import pytest

from sequences.findings import Finding
from sequences.linting import lint
from sequences.reading import read_course
from tests.sequences.courses import CLOSING, KNOWN, LESSON, PLAN, write


def errors(folder: Path) -> list[Finding]:
    return [f for f in lint(read_course(folder), KNOWN) if f.severity == "error"]


def test_a_course_in_order_has_no_errors(tmp_path: Path) -> None:
    assert errors(write(tmp_path / "evenings")) == []


@pytest.mark.parametrize(
    ("words", "message", "remedy"),
    [
        ("{{ greting }}", "no placeholder greting", "Did you mean greeting?"),
        ("{{ greeting.upper() }}", "more than a name", "Only a name"),
        ("{% if step %}", "more than a name", "Only a name"),
        ("![](door.png)", "no description", "square brackets"),
        ("![A door](https://example.org/door.png)", "loaded from elsewhere", "Put the file"),
        ("![A door](data:image/png;base64,iVBO)", "loaded from elsewhere", "Put the file"),
        ("![A door](data:text/plain,door)", "loaded from elsewhere", "Put the file"),
        ("![A door]({{ greeting }})", "loaded from elsewhere", "Put the file"),
        ("![A door](../../door.png)", "not in the course's folder", "Put the file"),
        ("![A door](/etc/door.png)", "not in the course's folder", "Put the file"),
        ("![A door](file:///door.png)", "loaded from elsewhere", "Put the file"),
        ("![A door](my door.png)", "not read as a picture", "Call the file my-door.png"),
        ("<b>bold</b>", "HTML", "Markdown"),
        ("<div>\nbold\n</div>", "HTML", "Markdown"),
        ("[here](http://example.org)", "does not begin with https", "https://"),
        ("[here](ftp://example.org)", "does not begin with https", "https://"),
        ("> " * 8 + "deep", "too deep", "levels"),
        ("::: insigth\nx\n:::", "no block called insigth", "Did you mean insight?"),
        ("::: weather\nx\n:::", "no block called weather", "Blocks are insight"),
        ("{{ weather }}", "no placeholder weather", "Known here: greeting, pace_url, step."),
        ("{{ journal_url }}", "no placeholder journal_url", "Known here"),
        ("[here](lessons/2-asking.md)", "does not begin with https", "https://"),
        ("![A door](//example.org/door.png)", "loaded from elsewhere", "Put the file"),
        ("- " * 8 + "deep", "too deep", "levels"),
        ("{{ greeting", "{{ stands alone", "ends with }}"),
        ("Good {# morning #} Ada", "more than a name", "Only a name"),
        (":::\nx", "ends that never began", "like ::: try"),
        ("::: try\nx", "block try does not end", "a line of its own"),
        ("::: sheet\nx\n:::", "no block called sheet here", "insight, try, prompt"),
        ("::: own-words\nx\n:::", "no block called own-words here", "insight, try, prompt"),
        ("[here](#below)", "does not begin with https", "https://"),
        ("[here](javascript:alert)", "is no link", "[words](https://…)"),
        ("[here](https://example.org/a b)", "is no link", "without spaces"),
        ("[here](http://example.org/a)", "does not begin with https", "https://example.org/a"),
        ("Dear { greeting }", "one brace on each side", "Write {{ greeting }}."),
        ("Dear {greeting}", "one brace on each side", "Write {{ greeting }}."),
        ("<!-- for me -->", "There is a comment", "Take it out"),
    ],
)
def test_a_mistake_in_the_text(tmp_path: Path, words: str, message: str, remedy: str) -> None:
    lesson = LESSON.format(id="listening").replace("Some words.", words)
    found = errors(write(tmp_path / "evenings", listening=lesson))
    here = [f for f in found if (f.source, f.line) == ("lessons/1-listening.md", 11)]
    assert any(message in f.message and remedy in f.remedy for f in here), found


def test_links_to_safe_places_are_fine(tmp_path: Path) -> None:
    words = "[a](https://example.org) [b](mailto:ada@example.org) [c]({{ pace_url }})"
    lesson = LESSON.format(id="listening").replace("Some words.", words)
    assert errors(write(tmp_path / "evenings", listening=lesson)) == []


def test_a_long_subject(tmp_path: Path) -> None:
    closing = CLOSING.replace("subject: The end", "subject: " + "The end " * 8)
    found = errors(write(tmp_path / "evenings", closing=closing))
    assert "63 characters" in found[0].message


@pytest.mark.parametrize(("characters", "fits"), [(50, True), (51, False)])
def test_a_subject_may_have_fifty_characters(tmp_path: Path, characters: int, fits: bool) -> None:
    closing = CLOSING.replace("subject: The end", "subject: " + "x" * characters)
    assert (errors(write(tmp_path / "evenings", closing=closing)) == []) is fits


@pytest.mark.parametrize(("levels", "fits"), [(6, True), (7, False)])
def test_quotations_may_stand_six_deep(tmp_path: Path, levels: int, fits: bool) -> None:
    lesson = LESSON.format(id="asking").replace("Some words.", "> " * levels + "deep")
    assert (errors(write(tmp_path / "evenings", asking=lesson)) == []) is fits


def test_a_lesson_may_ask_nothing_and_then_leads_to_no_answer(tmp_path: Path) -> None:
    lesson = LESSON.format(id="asking").partition("::: prompt")[0]
    assert errors(write(tmp_path / "evenings", asking=lesson)) == []
    linked = lesson.replace("Some words.", "[Write]({{ reflect_url }})")
    found = errors(write(tmp_path / "mornings", asking=linked))
    assert any("this lesson asks none" in finding.message for finding in found)


def test_a_prompt_without_a_question_is_a_mistake(tmp_path: Path) -> None:
    lesson = LESSON.format(id="asking").partition("::: prompt")[0] + "::: prompt\n\n:::\n"
    (found,) = errors(write(tmp_path / "evenings", asking=lesson))
    assert "prompt is empty" in found.message


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ("button: Open", "both button and link"),
        ("link: journal_url", "both button and link"),
        ("button: Open\nlink: jornal_url", "is no link"),
        ("button: Open\nlink: greeting", "is no link"),
    ],
)
def test_a_button_that_leads_nowhere(tmp_path: Path, labels: str, message: str) -> None:
    closing = CLOSING.replace("title: The end", f"title: The end\n{labels}")
    found = errors(write(tmp_path / "evenings", closing=closing))
    assert message in found[0].message


def test_a_letter_that_is_never_sent(tmp_path: Path) -> None:
    folder = write(tmp_path / "evenings")
    (folder / "letters" / "clossing.md").write_text(CLOSING)
    assert any(f.remedy == "Did you mean closing?" for f in errors(folder))


def test_a_body_without_an_end_of_its_block(tmp_path: Path) -> None:
    """In a lesson it is found while reading already."""
    found = errors(write(tmp_path / "evenings", closing=f"{CLOSING}\n::: own-words\n"))
    assert [(f.source, f.line) for f in found] == [("letters/closing.md", 9)]
    assert "does not end" in found[0].message


def test_a_mistake_after_the_prompt_is_found_on_its_own_line(tmp_path: Path) -> None:
    lesson = LESSON.format(id="asking") + "\nGood night\nand <b>sleep</b>.\n"
    folder = write(tmp_path / "evenings", asking=lesson)
    line = lesson.splitlines().index("and <b>sleep</b>.") + 1
    assert {(f.source, f.line) for f in errors(folder)} == {("lessons/2-asking.md", line)}


@pytest.mark.parametrize(
    ("labels", "line", "message"),
    [
        ('subject: "{{ nmae }}, the end"', 2, "There is no placeholder nmae here."),
        (f"subject: {'long ' * 11}", 2, "The subject has 54 characters; phones show about 50."),
        ("button: Open\nsubject: The end", 2, "A button needs both button and link."),
        ("button: O\nlink: pac\nsubject: The end", 3, "The button leads to pac, which is no link."),
    ],
)
def test_a_mistake_in_a_label_is_named_with_its_own_line(
    tmp_path: Path, labels: str, line: int, message: str
) -> None:
    closing = CLOSING.replace("subject: The end", labels)
    found = errors(write(tmp_path / "evenings", closing=closing))
    assert [(f.line, f.message) for f in found] == [(line, message)]


def test_a_button_s_address_has_a_name(tmp_path: Path) -> None:
    labels = "button: Open\nlink: https://quiet.example/shop\ntitle:"
    closing = CLOSING.replace("title:", labels)
    (found,) = errors(write(tmp_path / "evenings", closing=closing))
    assert found.remedy == (
        'Name it under [links], as in shop = "https://…", and write link: shop_url.'
    )


def test_the_lines_of_labels_are_not_stored(tmp_path: Path) -> None:
    course = read_course(write(tmp_path / "evenings"))
    assert course.lessons[0].label_lines
    assert "label_lines" not in course.to_json()


def test_a_letter_may_use_what_only_it_has(tmp_path: Path) -> None:
    closing = f"{CLOSING}\n[Open]({{{{ journal_url }}}})\n"
    assert errors(write(tmp_path / "evenings", closing=closing)) == []
    closing = CLOSING.replace("title:", "button: Open\nlink: journal_url\ntitle:")
    assert errors(write(tmp_path / "evenings", closing=closing)) == []


def test_a_lesson_named_like_a_letter_would_be_lost(tmp_path: Path) -> None:
    """Letters and lessons are stored side by side, and `closing` is a step already."""
    plan, lesson = PLAN.replace('"asking"', '"closing"'), LESSON.format(id="closing")
    found = errors(write(tmp_path / "evenings", sequence=plan, asking=lesson))
    assert [f.message.partition(",")[0] for f in found] == ["closing is the name of a letter"]


def test_a_letter_that_says_nothing_is_empty(tmp_path: Path) -> None:
    closing = CLOSING.replace("Go well.", "* * *")
    assert [f.message for f in errors(write(tmp_path / "evenings", closing=closing))] == [
        "The letter is empty."
    ]


def test_the_sampler_and_the_landing_page_are_looked_at_too(tmp_path: Path) -> None:
    folder = write(tmp_path / "evenings")
    sampler = "---\ntitle: A sampler\nlead: One page.\n---\n\nHello.\n\n{{ greeting }}\n"
    (folder / "sampler.md").write_text(sampler)
    (folder / "landing.md").write_text("## What it is\n\n<b>Bold</b>\n")
    assert {(f.source, f.line) for f in errors(folder)} == {("sampler.md", 8), ("landing.md", 3)}


def test_findings_come_in_the_order_of_the_course(tmp_path: Path) -> None:
    bold = {id_: LESSON.format(id=id_).replace("Some", "<b>") for id_ in ("listening", "asking")}
    plan = PLAN.replace('["listening", "asking"]', '["asking", "listening"]')
    found = errors(write(tmp_path / "evenings", sequence=plan, **bold))
    assert [f.source for f in found] == ["lessons/2-asking.md", "lessons/1-listening.md"]
