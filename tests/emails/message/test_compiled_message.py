"""The quick way to a message, against the slow one: the standard library reads both."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from emails.errors import HeaderError, RenderError
from emails.letter.compiling import CompiledLetter, Value, compile_letter, placeholders
from emails.message.compiled_message import CommonHeaders, CompiledMessage
from tests.emails.letter.test_rendering import MALLORY
from tests.emails.message.both_ways import (
    COMMON,
    OWN,
    attempt,
    check_the_same,
    compiled_message,
    parsed,
    slow,
)
from tests.emails.samples import ADA, BODY, CNT, TOKEN, compiled, draft, lesson
from tests.support import amounts
from tests.support.message_rules import check_message

EVERYWHERE = """{{ greeting }}. {{ first_name }}

> {{ first_name }}: {{ prompt }}

.{{ first_name }}.{{ first_name }} [{{ first_name }}]({{ pace_url }}) {a brace}

- {{ prompt }}

## For {{ first_name }}

::: insight
.{{ prompt }}
:::

.
"""
LETTERS = {
    "lesson": compile_letter(lesson(calendar=True), CNT),
    "brief": compiled("{{ greeting }}", footer="brief"),
    "everywhere": compile_letter(
        draft(
            EVERYWHERE,
            subject="{{ first_name }}: {{ prompt }}",
            title=".{{ first_name }}",
            preview="{{ prompt }}",
        ),
        CNT,
    ),
    "by hand": CompiledLetter(
        "s",
        "{{ a }}{{ b }}.{% if a %}.{{ a }}{% else %}{{ b }}\n{% if b %}.{% endif %}{% endif %}",
        "{% if b %}{{ b }}\n{% endif %}{{ a|fill('..', ' ') }}{{ '.' }}"
        "{% filter headed('=') %}{{ a }}{% endfilter %}\n{{ b|headed('-') }}"
        "{% filter fill('', '') %}{% if a %}a{% endif %} b  c{% endfilter %}{{ b }}",
    ),
}


plain = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=100)
anything = st.text(st.characters(), max_size=100)
nasty = st.text(st.sampled_from("a. =\n\r\t\0&<'é📝\u202e\u200f\u2028\udcffשم"), max_size=200)
long = st.builds(lambda text, times: text * times, st.sampled_from("x ya. я📝.="), st.just(1_500))
edges = [
    *MALLORY,
    *("", " Ada", "Ada ", "A  a", "A\na", "A\n", ".Ada", "A.", "=", "O'Brien", "A\u00a0a"),
    *(" é", "é ", "é  é", "é\né", "é é " * 20 + "é", "A" * 75, "A" * 76, "A a " * 18 + "b"),
    *("A a " * 18, "A" * 74 + ".", "A" * 75 + ".", "A" * 75 + "=", "A" * 75 + "é", 7, True),
]
words: st.SearchStrategy[Value] = st.one_of(plain, anything, nasty, long, st.sampled_from(edges))


@pytest.mark.parametrize("name", LETTERS)
@settings(
    max_examples=amounts.of(60, 20), suppress_health_check=[HealthCheck.too_slow], deadline=None
)
@given(
    own=st.fixed_dictionaries(
        dict.fromkeys(("greeting", "first_name", "prompt", "next_line", "address"), words)
        | {"a": words.filter(lambda value: isinstance(value, str)), "b": nasty}
    )
)
def test_both_ways_say_the_same(name: str, own: dict[str, Value]) -> None:
    values = {**ADA, **own}
    quick = attempt(compiled_message(LETTERS[name]).message, values, OWN)
    check_the_same(quick, attempt(slow, LETTERS[name], values))


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("odd", edges)
def test_one_odd_value_among_plain_ones_is_said_the_same(name: str, odd: Value) -> None:
    for which in ("greeting", "first_name", "next_line"):
        values = {**ADA, "prompt": "Why?", "a": "a", "b": str(odd), which: odd}
        check_the_same(
            compiled_message(LETTERS[name]).message(values, OWN), slow(LETTERS[name], values)
        )


@pytest.mark.parametrize("name", MALLORY)
def test_mallorys_name_breaks_no_rule_of_mail(name: str) -> None:
    letter = compile_letter(lesson(body=BODY + "{{ first_name }}", subject="{{ first_name }}"), CNT)
    values = {**ADA, "first_name": name, "greeting": f"Dear {name},"}
    check_message(compiled_message(letter).message(values, OWN))


quoted_local = st.builds('"{}"@example.org'.format, plain)
dotted = st.from_regex(r"[a-z.+=?_'é-]{1,20}@[a-zé.-]{1,20}", fullmatch=True)


@settings(deadline=None)
@given(recipient=st.one_of(quoted_local, dotted, nasty, st.emails()))
@example(recipient='"ada lovelace"@example.org')
@example(recipient="zoë@exämple.org")
@example(recipient="ада@пример.рф")
@example(recipient="ada+%s%(To)s@example.org")
@example(recipient="ada@example.org, grace@example.org")
@example(recipient="ada@example.org\n")
def test_an_address_is_taken_or_refused_both_ways(recipient: str) -> None:
    own = OWN._replace(recipient=recipient)
    quick = attempt(compiled_message(LETTERS["brief"]).message, ADA, own)
    check_the_same(quick, attempt(slow, LETTERS["brief"], ADA, own))
    assert not isinstance(quick, bytes) or quick.isascii() == recipient.isascii()


@pytest.mark.parametrize(
    "wrong",
    [
        {"unsubscribe_url": "https://" + "a" * 69},
        {"unsubscribe_mailto": "mailto:a@example.org\r\nBcc: x@example.org"},
        {"recipient": "ada@example.org\nBcc: grace@example.org"},
        {"message_id": "<1@example.org>\r\nX: y"},
        {"date": OWN.date.replace(tzinfo=None)},
    ],
)
def test_what_would_break_a_header_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(HeaderError):
        compiled_message(LETTERS["lesson"]).message(ADA, OWN._replace(**wrong))


def test_common_headers_that_would_break_a_header_is_refused_at_once() -> None:
    with pytest.raises(HeaderError):
        CompiledMessage.of(
            LETTERS["lesson"], CommonHeaders("nobody", None, COMMON.list_id, "1:2:3:4", False)
        )


@pytest.mark.parametrize("title", ['My "course"', '"Hello"', "a, b", 'back\\slash "', "(c) <d>"])
def test_a_list_s_name_is_quoted_whole(title: str) -> None:
    common = replace(COMMON, list_id=f"{title} <c.example.org>")
    escaped = title.replace("\\", "\\\\").replace('"', '\\"')
    message = parsed(compiled_message(LETTERS["lesson"], common).message(ADA, OWN))
    assert message["List-ID"] == f'"{escaped}" <c.example.org>'


def test_the_common_headers_are_on_every_message() -> None:
    common = CommonHeaders(
        "Zoë <a@example.org>", "b@example.org", "100% <c.example.org>", "1:%s", False
    )
    message = parsed(compiled_message(LETTERS["lesson"], common).message(ADA, OWN))
    assert message["From"] == "Zoë <a@example.org>"
    assert message["Reply-To"] == "b@example.org"
    assert message["List-ID"] == "100% <c.example.org>"
    assert message["Feedback-ID"] == "1:%s"
    assert message["Auto-Submitted"] is None


def test_a_value_that_is_not_there_is_an_error() -> None:
    values = {name: value for name, value in ADA.items() if name != "pace_url"}
    with pytest.raises(RenderError, match="'pace_url' is undefined"):
        compiled_message(LETTERS["lesson"]).message(values, OWN)


def test_only_the_way_that_is_taken_needs_its_values() -> None:
    letter = CompiledLetter("s", "{% if a %}{% if b %}{{ b }}{% endif %}{% endif %}!", "t")
    assert b"!" in compiled_message(letter).message({"a": ""}, OWN)
    with pytest.raises(RenderError, match="'b' is undefined"):
        compiled_message(letter).message({"a": "yes"}, OWN)
    with pytest.raises(RenderError, match="'a' is undefined"):
        compiled_message(letter).message({}, OWN)


def test_a_message_that_would_be_clipped_is_refused() -> None:
    with pytest.raises(RenderError, match="80000"):
        compiled_message(LETTERS["lesson"]).message({**ADA, "greeting": "x" * 80_000}, OWN)


def test_the_names_are_those_of_the_placeholders() -> None:
    assert compiled_message(LETTERS["everywhere"]).names == placeholders(LETTERS["everywhere"])


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in b %}{% endfor %}",
        "{{ a.b }}",
        "{{ a|length }}",
        "{% if a < b %}{% endif %}",
        "{% if a %}{% elif b %}{% endif %}",
        "{% set a = b %}",
        "{{ self }}",
        "{{ a|fill(b, '') }}",
    ],
)
def test_what_is_more_than_places_and_choices_is_left_to_jinja(source: str) -> None:
    assert CompiledMessage.of(CompiledLetter("s", "h", source), COMMON) is None
    assert CompiledMessage.of(CompiledLetter("s", source, "t"), COMMON) is None


def test_what_is_no_template_is_an_error() -> None:
    with pytest.raises(RenderError, match="not a template"):
        CompiledMessage.of(CompiledLetter("s", "{{", "t"), COMMON)


def test_a_link_stands_whole_on_a_line_of_its_own() -> None:
    lines = compiled_message(LETTERS["lesson"]).message(ADA, OWN).split(b"\r\n")
    assert f"https://letters.example.org/reflect/{TOKEN}".encode() in lines
