"""Of a course's text, placeholders are filled in and nothing else; no link carries one off."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import nodes

from emails.errors import RenderError
from emails.letter.compiling import CompiledLetter, compile_letter, line_template, page_html, render
from emails.letter.rendering import parsed
from tests.emails.samples import CNT, draft
from tests.security.kit_courses import body_of, found_in, rewritten
from tests.support.shipped import COURSE

# What opens something in Jinja, by Markdown's and HTML's spellings.
SPELLINGS = [
    "{{ 7 * 7 }}",
    "{{{ first_name }}}",
    "{% raw %}",
    "{# a note #}",
    "&#123;&#123; 7 * 7 &#125;&#125;",
    "&#x7b;{ address }}",
    "&lbrace;% autoescape false %&rbrace;",
    "&lcub;&lcub; pace_url }}",
    r"\{\{ 7 * 7 \}\}",
    r"{\{ address }\}",
    "`{{ 7 * 7 }}`",
    "    {{ 7 * 7 }}",
    "```\n{% for x in y %}\n```",
    "``` {{ 7 }}\nx\n```",
    '[x](https://e.example "&#123;{ address }}")',
    '[x](https://e.example "\\{% raw %\\}")',
    "![&#123;{ pace_url }}](x.png)",
    '![x](x.png "&#123;{ pace_url }}")',
    "<https://e.example/{{7*7}}>",
    "[x](<https://e.example/{% raw %}>)",
    "[x](https://e.example/%7B%7Bopen_url%7D%7D)",
    "<https://e.example/%7B%7B7*7%7D%7D>",
    "| a | b |\n|---|---|\n| {{ 7 }} | &#123;% if %} |",
    '[x]\n\n[x]: https://e.example "{{ 7 * 7 }}"',
    "# {{ 7 * 7 }}",
    "> - {% if x %}",
    "{*a*{ 7 * 7 }}",
    "{{ first_name\n}}{{ 7 }}",
]

PIECES = [
    *("{", "}", "%", "#", "\\", "&#123;", "&lbrace;", "&#37;", "%7B", "{{ first_name }}"),
    *("{{ pace_url }}", "[", "](", ")", "<", ">", "!", '"', "'", "`", "|", "\n", "\n\n", "    "),
    *("https://e.example/", "*", "_", "- ", "# ", "7", " ", "a", ":::", "try", "---|---"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def kinds(source: str) -> Counter[str]:
    """How often each kind of node stands in a template, but for words and what is said of them."""
    found = (type(node).__name__ for node in parsed(source).find_all(nodes.Node))
    dull = ("TemplateData", "Output", "Const", "Filter", "FilterBlock", "Name")
    return Counter(kind for kind in found if kind not in dull)


def names(source: str) -> set[str]:
    return {node.name for node in parsed(source).find_all(nodes.Name)}


PLAIN = compile_letter(draft("Words."), CNT)


@given(TEXTS)
@example("[{{ first_name }}](https://e.example '&#123;{7}}')")
def test_a_letter_s_template_holds_its_placeholders_and_nothing_else(text: str) -> None:
    try:
        letter = compile_letter(draft(f"Words.\n\n{text}", subject=f"s {text}"), CNT)
    except RenderError:
        return
    for made, plain in zip(
        (letter.subject, letter.html, letter.text),
        (PLAIN.subject, PLAIN.html, PLAIN.text),
        strict=True,
    ):
        assert names(made) <= names(plain) | {"first_name", "pace_url"}
        assert kinds(made) == kinds(plain)


@given(TEXTS)
def test_a_page_s_template_holds_its_placeholders_and_nothing_else(text: str) -> None:
    for made in (page_html(text), line_template(text)):
        assert names(made) <= {"first_name", "pace_url"}
        assert not kinds(made)


@pytest.mark.parametrize("text", SPELLINGS)
def test_no_spelling_opens_anything_in_what_is_compiled_all_the_same(text: str) -> None:
    html = page_html(text)
    shown = render(
        CompiledLetter("s", html, line_template(text)), {"first_name": "A", "address": "B"} | V
    )
    assert "49" not in shown.html + shown.text
    assert kinds(html) == Counter()


V = {"pace_url": "https://letters.example.org/pace/key", "open_url": "x"}


@pytest.mark.parametrize("text", SPELLINGS)
@pytest.mark.parametrize("source", ["landing.md", "sampler.md", "lessons/3-check-ins.md"])
def test_lint_finds_every_spelling_on_its_line(folder: Path, source: str, text: str) -> None:
    if "%7B" in text:  # to a browser, and to us, it is an address like any other
        return
    line = rewritten(folder, source, f"{body_of(folder, source)}\n\n{text}\n")
    found = [finding for finding in found_in(folder) if finding.source == source]
    assert found
    assert all(finding.line >= line for finding in found)


@pytest.mark.parametrize(
    ("label", "words"),
    [("title", "brand {{ address }}"), ("name", "{% raw %}"), ("lead", "{# a #}")],
)
def test_nothing_in_the_plan_is_a_template(folder: Path, label: str, words: str) -> None:
    plan = folder / "sequence.toml"
    lines = plan.read_text().splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith(f"{label} ="))
    lines[place] = f'{label} = "{words}"'
    plan.write_text("\n".join(lines))
    assert [(f.source, f.line) for f in found_in(folder)] == [("sequence.toml", place + 1)]


@pytest.mark.parametrize(
    "text",
    [
        "[x](https://evil.example/?k={{ open_url }})",
        "[x](<https://evil.example/?k={{ open_url }}>)",
        "[x](https://evil.example/{{open_url}})",
        "[x]({{ open_url }}/more)",
        "[x]({{ open_url }}?utm=1)",
        "[x](mailto:evil@example.org?body={{ pace_url }})",
        "[x]({{ greeting }}{{ pace_url }})",
        "[x]({{ address }})",
        "[x][y]\n\n[y]: https://evil.example/{{pace_url}}",
        "<https://evil.example/{{pace_url}}>",
        "https://evil.example/?k={{ pace_url }}",
        "https&colon;//evil.example/?k={{ pace_url }}",
        "https://evil.example/?k=**{{ pace_url }}**",
        "evil.example/{{ pace_url }}",
        "https://evil.example/?a={{ address }}",
        "www.evil.example?a={{ first_name }}",
        "`https://evil.example/?a={{ address }}`",
        "[{{ pace_url }}@evil.example](https://e.example)",
        "[x](javascript:alert)",
        "[x](/pace)",
        "[x](ftp://e.example)",
        "[x](//evil.example)",
    ],
)
def test_an_address_is_one_placeholder_or_has_none(folder: Path, text: str) -> None:
    source = "lessons/3-check-ins.md"
    text = text.replace("open_url", "reflect_url")
    line = rewritten(folder, source, f"{body_of(folder, source)}\n\n{text}\n")
    found = [finding for finding in found_in(folder) if finding.source == source]
    assert found
    assert all(finding.line >= line for finding in found)
    if "javascript" not in text:  # which Markdown leaves as words
        with pytest.raises(RenderError):
            compile_letter(draft(text), CNT)
    assert "evil.example/?k={{" not in page_html(text).partition("href=")[2].partition(">")[0]


@pytest.mark.parametrize(
    "text",
    [
        "[x]({{ pace_url }})",
        "Read ({{ pace_url }}), or not?",
        "{{ first_name }}'s day, {{ step }}/{{ steps }}.",
        "Link: {{ pace_url }}.",
        "[x](https://e.example/a?b=c#d) and <mailto:a@e.example>",
        "[x](tel:+49301234)",
    ],
)
def test_a_link_like_any_other_is_taken(folder: Path, text: str) -> None:
    source = "lessons/3-check-ins.md"
    rewritten(folder, source, f"{body_of(folder, source)}\n\n{text}\n")
    assert found_in(folder) == []


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("", "[x](https://evil.example)"),
        ("", "[x]({{ journal_url }})"),
        ("", "Copy this: {{ open_url }}"),
        ("", "{{ greeting }} {{ open_url }}"),
        ("", "Look at https://evil.example"),
        ("", "<https://evil.example>"),
        ("preview", "www.evil.example"),
        ("link", "pace_url"),
    ],
)
def test_a_letter_with_a_key_has_no_link_but_its_button(
    folder: Path, label: str, text: str
) -> None:
    labels = {"subject": "s", "preview": "p", "title": "t", "button": "b", "link": "open_url"}
    labels |= {label: text} if label else {}
    written = "\n".join(f"{name}: {value}" for name, value in labels.items())
    path = folder / "letters" / "journal.md"
    path.write_text(f"---\n{written}\n---\n\nHello.\n\n{'' if label else text}\n")
    assert {finding.source for finding in found_in(folder)} == {"letters/journal.md"}


def test_a_letter_with_a_key_can_be_worded_anew(folder: Path) -> None:
    shipped = COURSE.parents[1] / "course" / "letters" / "own" / "journal.md"
    shutil.copy(shipped, folder / "letters")
    assert found_in(folder) == []
