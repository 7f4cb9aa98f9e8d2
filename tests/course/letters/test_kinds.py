"""Each kind of letter has a row, and the row agrees with the model, the letters and the guide."""

import re
from dataclasses import MISSING, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from course.authoring.compiling import compile_course
from course.authoring.samples import samples
from course.letters import kinds
from course.letters.kinds import KINDS, LetterKind, Queue
from course.letters.makers import Context
from course.letters.placeholders import PLACEHOLDERS, all_values
from course.letters.texts import OWN_LETTERS
from course.models import Delivery, DeliveryKind
from course.models.columns import table
from course.models.delivery import QUEUES
from course.outbox.retry_policy import RETRY_DELAYS
from course.runtime.links import LINKS, Links
from emails.tokens import Purpose, Signer
from tests.support.shipped import COURSE

NOW = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)
GUIDE = Path(__file__).parents[3] / "docs" / "writing-a-course.md"

SHIPPED = compile_course(COURSE)
SAMPLES = {to.kind: to for to, _ in samples(SHIPPED, NOW)}

# The queues that an index of the model has rows of.
INDEXES = {
    "ix_delivery_asked": {Queue.ASKED},
    "ix_delivery_waiting": {Queue.ASKED, Queue.SCHEDULED},
    "ix_delivery_broadcast": {Queue.NEWSLETTERS},
}


def test_every_kind_has_a_row_and_no_field_has_a_default() -> None:
    assert set(KINDS) == set(DeliveryKind)
    for field in fields(LetterKind):
        assert field.kw_only, field.name
        assert field.default is field.default_factory is MISSING, field.name


@pytest.mark.parametrize("index", INDEXES)
def test_the_indexes_of_the_model_are_the_queues_of_the_rows(index: str) -> None:
    [found] = [one for one in table(Delivery).indexes if one.name == index]
    condition = str(found.dialect_options["sqlite"]["where"])
    said = {kind for kind in DeliveryKind if f"'{kind}'" in condition}
    inside = set(DeliveryKind) - said if "<>" in condition else said
    assert inside == set(kinds.which(lambda kind: kind.queue in INDEXES[index]))


@pytest.mark.parametrize("kind", DeliveryKind)
def test_a_kind_stands_in_the_queue_of_its_row(kind: DeliveryKind) -> None:
    asked, scheduled, newsletters = map(str, QUEUES)
    queue = KINDS[kind].queue
    assert (f"'{kind}'" in asked) is (queue is Queue.ASKED)
    assert (f"'{kind}'" in newsletters) is (queue is Queue.NEWSLETTERS)
    assert (f"'{kind}'" not in scheduled) is (queue is Queue.SCHEDULED)


@pytest.mark.parametrize("row", [row for row in KINDS.values() if row.key])
def test_a_letter_with_a_key_is_never_shown_and_its_key_is_soon_void(row: LetterKind) -> None:
    assert row.key is not None
    assert not row.shown_in_browser
    assert (OWN_LETTERS / f"{row.letter}.md").exists()
    assert LINKS[row.key.purpose].max_age <= timedelta(days=7)


def test_every_purpose_has_a_link() -> None:
    assert set(LINKS) == set(Purpose)


@pytest.mark.parametrize("kind", SAMPLES)
def test_only_letters_with_a_key_hold_one(kind: DeliveryKind) -> None:
    """Read back from the links that are really made."""
    links = Links("https://letters.example.org", Signer("s" * 40))
    values = all_values(Context(links, SAMPLES[kind], SHIPPED.sequence, NOW))
    keys = {row.key.purpose: row.key for row in KINDS.values() if row.key}
    held = {
        (name, purpose)
        for name, value in values.items()
        for purpose in keys
        if str(value).startswith(f"{links.base_url}{LINKS[purpose].path}")
    }
    key = KINDS[kind].key
    assert held == ({(key.placeholder, key.purpose)} if key else set())


def test_a_preview_shows_every_kind_but_newsletters() -> None:
    """A kind without a text has neither `course/letters/own/<letter>.md` nor a file in a course."""
    without_a_text = set(DeliveryKind) - set(SAMPLES)
    assert without_a_text == {DeliveryKind.BROADCAST}


def test_every_letter_of_the_engine_is_of_some_kind() -> None:
    assert {path.stem for path in OWN_LETTERS.glob("*.md")} < set(kinds.BY_LETTER)


def test_no_kind_is_tried_more_often_than_there_are_delays() -> None:
    assert max(row.max_retries for row in KINDS.values()) <= len(RETRY_DELAYS)


@pytest.mark.parametrize(
    ("line", "letter"),
    [
        ("every letter", "*"),
        ("lessons", "lesson"),
        ("`welcome.md`", "welcome"),
        ("`nudge.md`", "nudge"),
    ],
)
def test_the_guide_names_the_placeholders_that_there_are(line: str, letter: str) -> None:
    [row] = re.findall(rf"^\| {re.escape(line)} \| (.*) \|$", GUIDE.read_text(), re.MULTILINE)
    common = PLACEHOLDERS["*"] if letter != "*" else frozenset()
    assert set(re.findall(r"{{ (\w+) }}", row)) == PLACEHOLDERS[letter] - common
