"""Whatever a course is called and says: if lint lets it pass, it can be sent."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from course.authoring import compiling, publishing
from course.authoring.compiling import Compilation, NotPublishable
from course.authoring.samples import samples
from course.db.transactions import transaction
from course.letters.catalogue import Edition
from course.letters.delivery_rows import DeliveryRow
from course.letters.personalising import MessageBuilder, PreparedLetters
from emails.errors import RenderError
from tests.security.kit_courses import small
from tests.support import amounts, shipped, worlds
from tests.support.message_rules import check_message
from tests.support.world import World

NOW = datetime(2026, 12, 4, 12, tzinfo=UTC)

NASTY = [
    "\n",
    "\t",
    "\x07",
    "\u2028",
    "\u202e",
    '"',
    "\\",
    "<",
    "=?utf-8?q?a?=",
    "{",
    "{{ first_name }}",
]
WORDS = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=12)), max_size=6).map("".join)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """With two courses, of which the second one stays as it is."""
    from tests import conftest

    state = tmp_path_factory.mktemp("any")
    url = f"sqlite:///{state / 'letterpath.sqlite3'}"
    conftest.fill(url)
    made = worlds.make(url, state)
    compiled = compiling.compile_course(small(state / "quiet"))
    with transaction(made.runtime.engine) as session:
        publishing.publish(session, compiled, NOW)
    yield made
    made.runtime.engine.dispose()


def written(folder: Path, title: str, subject: str, body: str) -> Path:
    """Quoted as TOML and YAML have it, so that every sign arrives."""
    small(folder)
    plan = folder / "sequence.toml"
    quoted = json.dumps(title).encode("ascii", "replace").decode()
    plan.write_text(plan.read_text().replace('"Two Quiet Evenings"', quoted))
    lesson = folder / "lessons" / "1-listening.md"
    said = lesson.read_text().replace("subject: listening well", f"subject: {json.dumps(subject)}")
    lesson.write_text(said.replace("Some words.", body), errors="replace")
    return folder


def prepared(
    builder: MessageBuilder, made: Compilation, to: DeliveryRow, key: str
) -> PreparedLetters:
    """As from the database."""
    edition = Edition(1, 1, made.sequence, {})
    return {(to.letter_id, to.kind): builder.parsed(made.letters[key], edition, 1, to.kind)}


def compiled(folder: Path) -> Compilation | None:
    """None where lint has a line and a remedy for all that is wrong."""
    try:
        return compiling.compile_course(folder)
    except NotPublishable as error:
        findings = error.findings
    assert all(finding.line >= 1 and finding.remedy for finding in findings)
    return None


@given(title=WORDS, subject=WORDS, body=WORDS)
@settings(max_examples=amounts.of(60, 15))
@example(title='My "course"', subject="Héllo, {{ first_name }}", body="{ [a](https://b.example)")
def test_what_lint_lets_pass_is_printed(
    installed: World, title: str, subject: str, body: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = compiled(written(Path(folder) / "any", title, subject, body))
    if made is None:
        return
    builder = MessageBuilder(installed.runtime.settings, installed.runtime.links)
    for to, key in samples(made, NOW):
        words = [{"step": "listening", "text": body}]
        check_message(builder.message(prepared(builder, made, to, key), to, NOW, words).data)


@given(title=WORDS)
@settings(max_examples=amounts.of(60, 15))
@example(title="My\ncourse")
@example(title="My\tcourse")
def test_what_can_not_be_printed_stops_itself_alone(installed: World, title: str) -> None:
    builder = MessageBuilder(installed.runtime.settings, installed.runtime.links)
    with transaction(installed.runtime.engine) as session:
        other, spoilt = letter_of(session, "quiet"), letter_of(session, "emotional-safety")
        spoil(session, title)
        ready = builder.prepare(session, [spoilt, other])
    check_message(builder.message(ready, other, NOW, []).data)
    with suppress(RenderError):
        check_message(builder.message(ready, spoilt, NOW, []).data)


def letter_of(session: Session, slug: str) -> DeliveryRow:
    """Somebody's confirmation of that course."""
    found = text(
        "SELECT letter.id FROM letter JOIN revision ON revision.id = revision_id"
        " JOIN course ON course.id = course_id WHERE slug = :slug AND key = 'confirmation'"
    )
    return confirmation()._replace(letter_id=session.execute(found, {"slug": slug}).scalar_one())


@cache
def confirmation() -> DeliveryRow:
    made = shipped.compiled()
    return next(to for to, key in samples(made, NOW) if key == "confirmation")


def spoil(session: Session, title: str) -> None:
    """As a release that let such a title pass has stored it."""
    stored = session.scalars(text("SELECT sequence FROM revision WHERE id = 1")).one()
    spoilt = json.dumps({**json.loads(stored), "title": title}, ensure_ascii=False)
    change = text("UPDATE revision SET sequence = :it, digest = :it WHERE id = 1")
    session.execute(change, {"it": spoilt})
