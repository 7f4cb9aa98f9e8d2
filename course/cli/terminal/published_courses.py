"""Published courses as they are named at a terminal."""

import click
from sqlmodel import Session

from course.operations import withdrawing
from course.operations.withdrawing import PublishedCourse
from sequences.findings import did_you_mean


def named(session: Session, slug: str) -> PublishedCourse:
    known = {course.slug: course for course in withdrawing.published(session)}
    if not known:
        raise click.ClickException("No course is published. First: letterpath publish")
    if slug not in known:
        remedy = did_you_mean(slug, known, f"There is: {', '.join(known)}.")
        raise click.ClickException(f"No course {slug} is published. {remedy}")
    return known[slug]
