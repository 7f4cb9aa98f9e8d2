"""Leaving by the visible link, and by the mail program's own button (RFC 8058)."""

from flask import Blueprint, abort, request, url_for

from course.http.language import gettext as _
from course.http.page import message_page, reading, render, runtime, transaction
from course.http.rate_limits import MINUTE, Limit, limited
from course.http.tokens import linked_as_old, place_of, read_token
from course.subscribers import enrolling
from course.subscribers.place import Place
from emails.tokens import Purpose

bp = Blueprint("unsubscribing", __name__, url_prefix="/u")

# RFC 8058, section 3.1: the body is this and nothing else, in either of a form's encodings.
ONE_CLICK = [("List-Unsubscribe", "One-Click")]


@bp.get("/<token>")
def show(token: str) -> str:
    """A scanner may open this as often as it likes."""
    with reading() as session:
        place = place_of(session, token, Purpose.LEAVE)
        alone = enrolling.is_of_this_course_alone(session, place.enrollment)
    return render(
        "leave.html",
        place.edition,
        action=url_for("unsubscribing.leave", token=token),
        pace_url=linked_as_old(token, Purpose.PACE, place.enrollment.id or 0),
        alone=alone,
    )


# After a newsletter, one mail provider asks for many of its readers at once, from few addresses;
# refused, it may not ask again. Nothing changes without a link of ours, and it costs us little.
@bp.post("/<token>")
@limited(Limit(900, MINUTE), alone=True)
def one_click(token: str) -> tuple[str, int]:
    """Mail programs post here unasked: no login, no cookie, no redirect, no form token."""
    if not _is_one_click():
        abort(400, "This address takes one-click unsubscribing as in RFC 8058, and nothing else.")
    _leave(read_token(token, Purpose.LEAVE))
    return "", 200


@bp.post("/<token>/departure")
def leave(token: str) -> str:
    alone = _leave(read_token(token, Purpose.LEAVE))
    with reading() as session:
        place = place_of(session, token, Purpose.LEAVE)
    return goodbye(place, alone)


def goodbye(place: Place, alone: bool) -> str:
    """The page after leaving, from here or from a letter's link; `alone`: this course, no other."""
    lead = (
        _("This course won’t write to you again. Your other letters continue.")
        if alone
        else _("No more letters come, from this moment on.")
    )
    kept = _(
        "What you wrote stays in your journal until you erase it. Where it was open, it’s closed "
        "now. You can come back at any time: sign up again."
    )
    return message_page(
        _("You’ve left"),
        lead,
        place.edition,
        paragraphs=[] if alone else [kept],
        link=(_("Open my journal"), url_for("journal.link_form")),
    )


def _is_one_click() -> bool:
    """Some programs end the body with a line break."""
    fields = [(name, value.rstrip("\r\n")) for name, value in request.form.items(multi=True)]
    return fields == ONE_CLICK and not request.files


def _leave(enrollment_id: int) -> bool:
    """Whether it was this course alone. Who was erased has left already."""
    with transaction() as session:
        return bool(enrolling.leave_by_link(session, enrollment_id, runtime().now()))
