"""Erasing everything: the link shows a button, the button erases."""

from flask import Blueprint, Response, url_for

from course.http import security_events
from course.http.language import gettext as _
from course.http.page import (
    belong_to_reader,
    forgetting,
    home_url,
    message_page,
    reading,
    transaction,
)
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
        belong_to_reader(session, subscriber_id)
    return message_page(
        _("Erase everything?"),
        _(
            "Your address, your place in the course, your journal and the record of our letters to "
            "you will be deleted. No one can bring them back, and nothing more comes."
        ),
        paragraphs=[_("You may want to take your journal with you first.")],
        button={
            "label": _("Erase everything"),
            "action": url_for("erasures.erase", token=token),
            "hidden": {},
            "method": "post",
        },
        link=(_("Open my journal"), url_for("journal.link_form")),
    )


@bp.post("/<token>")
def erase(token: str) -> Response:
    """Drafts are in no database: the browser is told to throw them away."""
    subscriber_id = read_token(token, Purpose.ERASE)
    with transaction() as session:
        belong_to_reader(session, subscriber_id)
        if erasing.erase_by_link(session, subscriber_id):
            security_events.record(Event.ERASED, subscriber=subscriber_id)
    answer = message_page(
        _("Everything is erased"),
        _("Nothing of yours is kept here anymore. Be well."),
        link=(_("Back to the start"), home_url()),
    )
    return forgetting(answer)
