"""`letterpath withdraw`: a course ends, for its readers too."""

import click

from course.cli.terminal import published_courses, tables
from course.cli.terminal.questions import ask
from course.db.transactions import reading, transaction
from course.models import CourseState, EnrollmentState
from course.operations import withdrawing
from course.operations.withdrawing import PublishedCourse
from course.runtime import process


@click.command()
@click.argument("course")
@click.option("--yes", is_flag=True, help="Withdraw it without asking.")
def withdraw(course: str, yes: bool) -> None:
    """End a course, for its readers too.

    No further lesson goes out, its page says that it has ended, and nobody can begin it.
    Journals, and the links to leave and to erase, go on working. To take no new readers, and let
    the others go on: letterpath close COURSE
    """
    runtime = process.runtime()
    with reading(runtime.engine) as session:
        found = published_courses.named(session, course)
    for line in _consequences(found):
        click.echo(line)
    ask("It can't be called back for them. Withdraw it?", yes)
    with transaction(runtime.engine) as session:
        withdrawing.set_state(session, found.id, CourseState.WITHDRAWN)
    click.echo(f"{course} is withdrawn.")
    click.echo("  Its folder may go now. Journals, leaving and erasing work without it.")


def _consequences(found: PublishedCourse) -> list[str]:
    waiting = found.readers[EnrollmentState.PENDING]
    lines = [f"{found.title}"]
    lines.append(f"  On their way, and without a further letter: {_readers(found.on_their_way)}.")
    if waiting:
        lines.append(f"  Asked to begin, and can't confirm any more: {_readers(waiting)}.")
    return lines


def _readers(number: int) -> str:
    return tables.readers(number) if number else "nobody"
