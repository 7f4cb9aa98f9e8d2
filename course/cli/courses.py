"""`letterpath courses`: what is published, and for how many."""

import click

from course.cli.terminal import tables
from course.config.settings import Settings
from course.db.transactions import reading
from course.models import EnrollmentState
from course.operations import withdrawing
from course.operations.withdrawing import PublishedCourse
from course.runtime import process
from sequences import files


@click.command()
def courses() -> None:
    """List the courses: open, closed or withdrawn, and how many readers are where."""
    with reading(process.runtime().engine) as session:
        published = withdrawing.published(session)
    folders = [path.name for path in files.courses(*Settings().course_roots)]
    table = tables.table("on their way", "finished", "to confirm", "course", "state", "", right=3)
    for course in published:
        table.add_row(*_row(course, course.slug in folders))
    known = {course.slug for course in published}
    for name in folders:
        if name not in known:
            table.add_row("", "", "", name, "unpublished", f"letterpath publish {name}")
    if not table.row_count:
        click.echo("There is no course yet. Begin one: letterpath new my-course")
        return
    tables.show(table)


def _row(course: PublishedCourse, has_folder: bool) -> list[str]:
    readers = course.readers
    numbers = (
        course.on_their_way,
        readers[EnrollmentState.FINISHED],
        readers[EnrollmentState.PENDING],
    )
    published = f"revision {course.revision}"
    if course.published_at is not None:
        published += f", {course.published_at:%Y-%m-%d}"
    if not has_folder:
        published += ", without a folder"
    return [*(f"{number:,}" for number in numbers), course.slug, course.state.value, published]
