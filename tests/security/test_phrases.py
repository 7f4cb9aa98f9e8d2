"""A course's own phrases are text, on pages and in letters."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from course.authoring import compiling, publishing
from course.authoring.phrases_file import wrong_phrases
from course.db.transactions import transaction
from tests.security.kit import ON_SQLITE, lesson_link
from tests.support.shipped import COURSE
from tests.support.world import FRIDAY, World

SAID = (
    "Write my answer",
    "Change the pace",
    "Change the pace or leave",
    "Step %(step)s of %(steps)s",
    "Dear %(name)s,",
    "View in browser",
)


@ON_SQLITE
def test_a_phrase_with_html_in_it_is_text(world: World, tmp_path: Path) -> None:
    course = shutil.copytree(COURSE, tmp_path / "courses" / "emotional-safety")
    entries = (f'msgid "{words}"\nmsgstr "<script>alert(1)</script> {words}"\n' for words in SAID)
    (course / "phrases.po").write_text("\n".join(entries))
    with transaction(world.runtime.engine) as session:
        publishing.publish(session, compiling.compile_course(course), FRIDAY)
    world.enroll()
    world.go(timedelta(days=7))
    html = world.letters()[-1].get_body(("html",))
    page = world.open(lesson_link(world, "/letters/")).text
    for shown in (page, str(html and html.get_content())):
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


MANY = "5" * 15
TWO_FORMS = 'msgid "One thing needs another look"\nmsgid_plural "A few things need another look"\n'


@pytest.mark.parametrize(
    "spelled",
    [f'nplu"\n"rals={MANY}', f"nplurals\\t={MANY}", f"nplurals*0=5; nplurals*1={MANY[1:]}"],
)
def test_no_room_is_made_for_more_forms_than_a_language_has(spelled: str) -> None:
    head = f'msgid ""\nmsgstr ""\n"Plural-Forms: {spelled}; plural=0;\\n"\n\n'
    said = [one.message for one in wrong_phrases("de", f'{head}{TWO_FORMS}msgstr[0] "x"\n')]
    assert said == ["The file can't be read: no language has more than 6 forms of a word."]


def test_forms_of_what_has_none_bring_no_placeholder_in() -> None:
    own = 'msgid "Unsubscribe"\nmsgid_plural "%(x)s"\nmsgstr[0] "%(x)s"\nmsgstr[1] "%(x)s"\n'
    assert ["nothing like it" in one.message for one in wrong_phrases("en", own)] == [True]
