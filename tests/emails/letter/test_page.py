"""The same Markdown on a web page: clean, and without a style of its own."""

from emails.letter.compiling import Theme, page_html
from emails.letter.phrases import Phrases


def test_prose_is_plain_html() -> None:
    assert page_html("## A talk\n\nText, *slanted*.") == (
        "<h2>A talk</h2>\n<p>Text, <em>slanted</em>.</p>\n"
    )


def test_verse_and_the_sides_of_columns_are_kept() -> None:
    assert "song<br />\nin all" in page_html("> There sleeps a song\n> in all things")
    html = page_html("| Tea | Sum | x |\n| - | -: | :-: |\n| a | 5 | y |")
    assert '<th>Tea</th>\n<th class="right">Sum</th>\n<th class="center">x</th>' in html
    assert '<td class="right">5</td>' in html
    assert "style" not in html


def test_the_page_keeps_its_own_first_heading() -> None:
    assert page_html("# Great") == "<h2>Great</h2>\n"


def test_blocks_have_a_class_and_a_label() -> None:
    markdown = "::: insight\nSafe.\n:::\n\n::: try\nListen.\n:::"
    html = page_html(markdown, phrases=Phrases(insight="Q & A"))
    assert '<aside class="insight">\n<p class="label">Q &amp; A</p>\n<p>Safe.</p>' in html
    assert '<section class="try">\n<p class="label">Try this</p>\n<p>Listen.</p>' in html


def test_a_label_in_another_language_than_the_page_says_so() -> None:
    html = page_html("::: try\nA\n:::", look=Theme("CNT", language="ar"))
    assert '<p class="label" lang="en" dir="ltr">Try this</p>' in html


def test_a_sheet_has_room_to_write() -> None:
    html = page_html("::: sheet\n## My week\n:::\n\n::: lines 3\n:::\n\n::: lines 9999\n:::")
    assert '<section class="sheet">\n<h2>My week</h2>\n</section>' in html
    assert f'<div class="lines" aria-hidden="true">{"<span></span>" * 3}</div>' in html
    assert html.count("<span>") == 3 + 24


def test_placeholders_stay_as_they_are() -> None:
    html = page_html("{{ greeting }} [pace]({{ pace_url }})")
    assert html == '<p>{{ greeting }} <a href="{{ pace_url }}">pace</a></p>\n'


def test_a_page_shows_nobodys_own_words() -> None:
    assert page_html("a\n\n::: own-words\nYou wrote:\n:::\n\nb") == "<p>a</p>\n<p>b</p>\n"


def test_nothing_in_a_page_can_open_a_template_or_a_script() -> None:
    html = page_html("{% raw %} {{ 7 * 7 }} `{{ x.y }}` <script>\n\n    {#\n")
    assert not any(mark in html for mark in ("{{", "{%", "{#", "<script"))
    assert "javascript:" not in page_html("[x](javascript:alert(1))").replace("(javascript:", "")
