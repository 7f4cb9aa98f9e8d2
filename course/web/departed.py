"""The page after leaving: what was left, with a way back, and what still comes."""

from collections.abc import Iterable
from typing import NamedTuple

from flask import url_for
from sqlmodel import Session

from course.http.page import render, runtime
from course.http.tokens import linked_as_old
from course.letters.catalogue import AnyEdition
from course.models import Enrollment, Subscriber
from course.outbox.orders import AnyPlace, edition_of
from course.subscribers import leaving
from emails.tokens import Purpose
from sequences.sequence import Publication


class Listed(NamedTuple):
    """A course or a newsletter in a list. `name` is its place's, as a form says it."""

    name: str
    publication: Publication
    is_course: bool
    return_url: str


def page(
    session: Session,
    token: str,
    subscriber: Subscriber,
    edition: AnyEdition,
    left: Iterable[AnyPlace],
) -> str:
    """`token` is the link's that led here: what this page links to is as old."""
    choices = linked_as_old(token, Purpose.PREFERENCES, subscriber.id or 0)
    gone = listed(session, left)
    return render(
        "departed.html",
        edition,
        left=gone,
        was_in_course=any(one.is_course for one in gone) or not gone,
        remaining=remaining(session, subscriber) if choices else [],
        choices=choices.rpartition("/")[2] if choices else "",
        action=f"{choices}/departures" if choices else None,
        journal_url=url_for("journal.link_form"),
    )


def remaining(
    session: Session, subscriber: Subscriber, but: Iterable[AnyPlace] = ()
) -> list[Listed]:
    """What they still get, without what waits for a confirmation."""
    without = {name_of(place) for place in but}
    places = [place for place in leaving.places(session, subscriber) if place.state != "pending"]
    return [one for one in listed(session, places) if one.name not in without]


def listed(session: Session, places: Iterable[AnyPlace]) -> list[Listed]:
    return [_one(session, place) for place in places]


def name_of(place: AnyPlace) -> str:
    """`course 3` or `newsletter 2`."""
    if isinstance(place, Enrollment):
        return f"course {place.course_id}"
    return f"newsletter {place.newsletter_id}"


def _one(session: Session, place: AnyPlace) -> Listed:
    is_course = isinstance(place, Enrollment)
    back = Purpose.RETURN_TO_COURSE if is_course else Purpose.RETURN_TO_NEWSLETTER
    published = edition_of(session, place).publication
    url = runtime().links.to(back, place.id or 0, runtime().now())
    return Listed(name_of(place), published, is_course, url)
