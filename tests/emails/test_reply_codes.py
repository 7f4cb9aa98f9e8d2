"""Every reply of a server is classified, and only plain evidence suppresses an address."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emails.errors import Deferred, Refused
from emails.reply_codes import TABLE, About, Classification, Disposition, Scope, classify
from emails.reply_phrases import PATTERNS
from emails.transports.reply import ReplyParser
from tests.emails import wordings
from tests.emails.replies import REPLIES

PAGE = Path(__file__).parents[2] / "docs" / "decisions" / "replies-of-servers.md"

replies = st.sampled_from(list(REPLIES))
# Some codes speak of us or of the server, whatever the words.
refusals = st.integers(500, 599).filter(
    lambda code: code not in (521, 523, 525) and code // 10 != 53
)
statuses = st.builds(
    "{}.{}.{}".format, st.sampled_from([2, 4, 5]), st.integers(0, 8), st.integers()
)


def parted(reply: str) -> tuple[int, str]:
    code, _, words = reply.partition(" ")
    return int(code), words


def heard(reply: str) -> tuple[int, str]:
    (found,) = ReplyParser().feed(f"{reply}\r\n".encode())
    return found.code, found.words


@pytest.mark.parametrize("reply", REPLIES)
def test_a_reply_means_what_it_means(reply: str) -> None:
    found = classify(*parted(reply))
    said = f"{found.disposition} {found.about}"
    if found.disposition is Disposition.DEFERRED:
        said += f" {found.scope}"
    assert said == REPLIES[reply]


@given(st.integers(), st.text())
@example(550, "5.1.1 " + "x" * 100_000)
@example(550, "mailbox " * 10_000)
@example(550, "5.999.999")
def test_any_number_and_any_text_have_a_verdict(code: int, words: str) -> None:
    found = classify(code, words)
    assert (found.disposition is Disposition.ACCEPTED) is (200 <= code < 300)
    assert (found.disposition is Disposition.REFUSED) <= (500 <= code < 600)
    assert (found.disposition is Disposition.REFUSED) <= (found.scope is not Scope.SERVER)


@given(refusals, st.text(st.characters(exclude_characters="4", exclude_categories=["L"])))
def test_a_refusal_stays_one_unless_an_enhanced_code_says_four(code: int, words: str) -> None:
    assert classify(code, words).disposition is Disposition.REFUSED
    assert classify(code, f"4.2.1 {words}").disposition is Disposition.DEFERRED


@given(st.integers(400, 499), statuses, st.text())
def test_nothing_written_behind_a_4xx_makes_it_final(code: int, status: str, words: str) -> None:
    assert classify(code, f"{status} {words}").disposition is Disposition.DEFERRED


@pytest.mark.parametrize(("verb", "reply"), wordings.rows(wordings.SERVER))
def test_what_speaks_of_our_account_or_the_server_is_about_no_letter(verb: str, reply: str) -> None:
    assert classify(*heard(reply)) == Classification(
        Disposition.DEFERRED, About.SERVER, Scope.SERVER
    ), verb


@pytest.mark.parametrize(("verb", "reply"), wordings.rows(wordings.POLICY))
def test_what_speaks_of_our_name_or_host_is_about_no_letter(verb: str, reply: str) -> None:
    assert classify(*heard(reply)) == Classification(
        Disposition.DEFERRED, About.POLICY, Scope.SERVER
    ), verb


@pytest.mark.parametrize(("verb", "reply"), wordings.rows(wordings.THEIRS))
def test_what_speaks_of_the_reader_or_of_the_letter_is_refused(verb: str, reply: str) -> None:
    assert classify(*heard(reply)).disposition is Disposition.REFUSED, verb


@given(
    st.sampled_from(wordings.rows(wordings.SERVER) + wordings.rows(wordings.POLICY)), st.booleans()
)
def test_however_it_is_written_it_speaks_of_us(row: tuple[str, str], loud: bool) -> None:
    code, words = heard(row[1])
    words = words.upper() if loud else words.lower()
    assert classify(code, words).scope is Scope.SERVER


@pytest.mark.parametrize(
    "words", ["sender ", "from address ", "not n't ", "1.2.", "a:", "relay x ", "[IPv6:", "<a@"]
)
def test_words_that_go_on_for_ever_are_judged_in_no_time(words: str) -> None:
    began = time.thread_time()
    classify(550, words * 100_000)
    assert time.thread_time() - began < 1


@given(refusals, st.text(st.characters(codec="ascii", categories=["P", "N", "Zs"])))
def test_no_address_is_suppressed_without_a_word_or_a_code_for_it(code: int, signs: str) -> None:
    is_about_it = Refused(code, f"denied: {signs}").is_about_the_address
    assert not is_about_it or code == 556 or re.search(r"5\.0*1\.0*(1|6|10)", signs)


@given(replies, st.sampled_from(["no.such.user@example.org", "https://example.org/unknown-user"]))
def test_an_address_or_a_link_in_the_words_is_no_statement(reply: str, name: str) -> None:
    code, words = parted(reply)
    assert classify(code, f"{words} <{name}>") == classify(code, words)


@given(replies)
def test_case_and_length_do_not_matter(reply: str) -> None:
    code, words = parted(reply)
    assert classify(code, words.upper()) == classify(code, words)
    assert classify(code, words + " " * 5000) == classify(code, words)


def test_errors_carry_the_verdict() -> None:
    nobody, full = Refused(550, "5.1.1 no such user"), Deferred(452, "4.2.2 the mailbox is full")
    assert nobody.about is About.ADDRESS
    assert nobody.is_about_the_address
    assert (full.about, full.scope) == (About.MAILBOX, Scope.RECIPIENT)


def test_without_a_server_all_letters_wait() -> None:
    assert Deferred(None, "no connection to mail.example.org").scope is Scope.SERVER
    assert Deferred(535, "5.7.8 wrong password").scope is Scope.SERVER
    assert not Refused(None, "5.1.1 an address that can't be written").is_about_the_address


def test_the_page_has_every_row_of_the_table_in_its_order() -> None:
    cells = [re.split(r" *\| *", line) for line in PAGE.read_text().splitlines()]
    listed = [
        (row[1].strip("`"), row[2], row[3], row[4])
        for row in cells
        if len(row) > 5 and row[1].startswith("`")
    ]
    assert listed == [(row.reply, row.pattern, row.about, row.scope) for row in TABLE]


def test_no_pattern_is_left_over() -> None:
    assert {row.pattern for row in TABLE} - {""} == set(PATTERNS)
