"""`letterpath close`: a course takes no new readers."""

import click

from course.cli.terminal import published_courses, tables
from course.db.transactions import transaction
from course.models import CourseState
from course.operations import withdrawing
from course.runtime import process


@click.command()
@click.argument("course")
def close(course: str) -> None:
    """Close a course to new readers.

    Its page says so instead of showing the form. Who is in it goes on as before, and who has asked
    to begin may still confirm. Open it again: letterpath open COURSE
    """
    with transaction(process.runtime().engine) as session:
        found = published_courses.named(session, course)
        if found.state is CourseState.WITHDRAWN:
            raise click.ClickException(f"{course} was withdrawn: it takes no readers already.")
        withdrawing.set_state(session, found.id, CourseState.CLOSED)
    going_on = tables.readers(found.on_their_way)
    click.echo(f"{course} is closed to new readers. On their way, and going on: {going_on}.")
    click.echo(f"  Open it again: letterpath open {course}")
