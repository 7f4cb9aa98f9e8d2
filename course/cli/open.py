"""`letterpath open`: a course that was closed or withdrawn takes readers again."""

import click

from course.cli.terminal import published_courses
from course.db.transactions import transaction
from course.models import CourseState
from course.operations import withdrawing
from course.runtime import process


@click.command("open")
@click.argument("course")
def open_(course: str) -> None:
    """Open a course that was closed or withdrawn.

    Its page shows the form again. Who was in it when it was withdrawn may begin anew, and nothing
    comes to them by itself.
    """
    runtime = process.runtime()
    with transaction(runtime.engine) as session:
        found = published_courses.named(session, course)
        withdrawing.set_state(session, found.id, CourseState.OPEN)
    click.echo(f"{course} takes new readers: {runtime.settings.base_url}/courses/{course}")
