"""The course and the newsletter that ship, compiled once: nothing changes them."""

from functools import cache
from pathlib import Path

from sqlmodel import Session

from course.authoring import compiling, newsletter_compiling, newsletter_publishing, publishing
from tests.support.world import FRIDAY

SHIPPED = Path(__file__).parents[2] / "sequences"
COURSE, NEWSLETTER = SHIPPED / "emotional-safety", SHIPPED / "evening-notes"


def publish(session: Session) -> None:
    """The shipped course and newsletter, as any author publishes them."""
    publishing.publish(session, compiled(), FRIDAY)
    newsletter_publishing.publish(session, compiled_newsletter(), FRIDAY)


@cache
def compiled() -> compiling.Compilation:
    return compiling.compile_course(COURSE)


@cache
def compiled_newsletter() -> newsletter_compiling.NewsletterCompilation:
    return newsletter_compiling.compile_newsletter(NEWSLETTER)
