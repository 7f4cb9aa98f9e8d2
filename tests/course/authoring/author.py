"""An author who edits a folder and publishes it, beside a reader."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from course.authoring import compiling, publishing
from course.db.transactions import transaction
from tests.support.shipped import COURSE
from tests.support.world import World

TUESDAY = datetime(2026, 12, 8, 18, 30, tzinfo=UTC)
WEEK, DAY = timedelta(days=7), timedelta(days=1)

ONE, TWO, THREE, FOUR, FIVE = (
    "judgment-free-zone",
    "validate-feelings",
    "check-ins",
    "repair",
    "everyday-affection",
)


@dataclass
class Author:
    """Edits the course's folder and publishes it."""

    world: World
    folder: Path

    def publish(self, *lessons: str) -> int | None:
        """These lessons, in this order."""
        plan = self.folder / "sequence.toml"
        head, rest = plan.read_text().split("lessons = [", 1)
        listed = "".join(f'  "{lesson}",\n' for lesson in lessons)
        plan.write_text(f"{head}lessons = [\n{listed}]{rest.split(']', 1)[1]}")
        for file in (self.folder / "lessons").glob("*.md"):
            if not any(f"id: {lesson}\n" in file.read_text() for lesson in lessons):
                file.unlink()
        return self.store()

    def store(self) -> int | None:
        compiled = compiling.compile_course(self.folder)
        with transaction(self.world.runtime.engine) as session:
            return publishing.publish(session, compiled, self.world.clock.now())

    def write(self, id_: str) -> None:
        """A new lesson, made from the first."""
        first = next(
            file for file in (COURSE / "lessons").glob("*.md") if f"id: {ONE}\n" in file.read_text()
        )
        text = first.read_text().replace(f"id: {ONE}\n", f"id: {id_}\n")
        (self.folder / "lessons" / f"{id_}.md").write_text(text)


def a_lesson_has_arrived(world: World) -> None:
    world.enroll()
    world.go(TUESDAY)


def got(world: World) -> list[str]:
    return world.enrollment().done
