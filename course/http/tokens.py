"""The signed token in a link's path: read, and the rows that it opens.

A token that is not ours raises `Tampered`, one that has run out `Expired`, and one whose row was
erased `Gone`: `course/http/errors.py` has a page for each.
"""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from course.http.page import belong_to, runtime
from course.letters import linked_deliveries
from course.letters.linked_deliveries import LinkedCourseDelivery, LinkedDelivery
from course.subscribers.place import Place, find_place
from emails.tokens import Purpose

_Opened = TypeVar("_Opened", Place, LinkedDelivery, LinkedCourseDelivery)


class Gone(Exception):
    """The link was ours, but what it opened was erased."""


def place_of(session: Session, token: str, purpose: Purpose) -> Place:
    """The enrollment that a link is of. Raises `Tampered`, `Expired` or `Gone`."""
    return _opened(find_place(session, read_token(token, purpose)))


def delivery_of(session: Session, token: str, purpose: Purpose) -> LinkedDelivery:
    """The delivery that a link is of. Raises `Tampered`, `Expired` or `Gone`."""
    return _opened(linked_deliveries.find(session, read_token(token, purpose)))


def course_delivery_of(session: Session, token: str, purpose: Purpose) -> LinkedCourseDelivery:
    """The delivery of an enrollment that a link is of. Raises `Tampered`, `Expired` or `Gone`."""
    return _opened(linked_deliveries.find_of_course(session, read_token(token, purpose)))


def read_token(token: str, purpose: Purpose) -> int:
    """The id in a link's token. Raises `Tampered` or `Expired`; asks no database."""
    return runtime().links.read(token, purpose, runtime().now())


def read_any(token: str, purposes: Collection[Purpose]) -> tuple[Purpose, int]:
    """Which of these a link's token is for, and the id in it. Raises `Tampered` or `Expired`."""
    return runtime().links.read_any(token, purposes, runtime().now())


def issued_at(token: str) -> datetime:
    """When a link was made, to the minute: what is made from it is as old. Raises `Tampered`."""
    return runtime().links.issued_at(token)


def linked_as_old(token: str, purpose: Purpose, id_: int) -> str | None:
    """A link that was issued when `token` was, so that following links never extends access.

    None where it would have expired already.
    """
    links, then = runtime().links, issued_at(token)
    return links.to(purpose, id_, then) if links.is_valid(purpose, then, runtime().now()) else None


def _opened(found: _Opened | None) -> _Opened:
    """What a link opens: from here on, the page is that course's or newsletter's."""
    if found is None:
        raise Gone
    belong_to(found.edition)
    return found
