"""Erasing everything: the link shows a button, the button erases."""

from flask import Blueprint, Response, url_for

from course.http import security_events
from course.http.page import forgetting, message_page, reading, runtime, transaction
from course.http.security_events import Event
from course.http.tokens import Gone, read_token
from course.subscribers import erasing
from emails.tokens import Purpose

bp = Blueprint("erasures", __name__, url_prefix="/erase")


@bp.get("/<token>")
def show(token: str) -> str:
    subscriber_id = read_token(token, Purpose.ERASE)
    with reading() as session:
        if not erasing.is_known(session, subscriber_id):
            raise Gone
    return message_page(
        "Erase everything?",
        "Your address, your place in the course, your journal and the record of our letters to "
        "you are deleted. Nobody can bring them back, and nothing more comes.",
        paragraphs=["You may want to take your journal with you first."],
        button={
            "label": "Erase everything",
            "action": url_for("erasures.erase", token=token),
            "hidden": {},
            "method": "post",
        },
        link=("Open my journal", url_for("journal.link_form")),
    )


@bp.post("/<token>")
def erase(token: str) -> Response:
    """Drafts are in no database: the browser is told to throw them away."""
    subscriber_id = read_token(token, Purpose.ERASE)
    with transaction() as session:
        if erasing.erase_by_link(session, subscriber_id):
            security_events.record(Event.ERASED, subscriber=subscriber_id)
    answer = message_page(
        "Everything is erased",
        "Nothing of yours is kept here any more. Be well.",
        link=("To the first page", runtime().links.home()),
    )
    return forgetting(answer)
