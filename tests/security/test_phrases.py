"""A course's own phrases are text, on pages and in letters."""

import shutil
from datetime import timedelta
from pathlib import Path

from course.authoring import compiling, publishing
from course.db.transactions import transaction
from tests.security.kit import ON_SQLITE, lesson_link
from tests.support.world import COURSE, FRIDAY, World

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
