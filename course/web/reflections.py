"""The page behind a lesson's button: it can write, and never read.

Whoever has the link can add an answer. Only the browser that wrote one can change it from here,
for an hour: a signed cookie remembers which, and the link alone shows nothing. What its owner
has changed in the journal since is not shown here any more.
"""

from flask import Blueprint, redirect, request, session, url_for
from sqlmodel import Session
from werkzeug import Response

from course.http.language import explain
from course.http.language import gettext as _
from course.http.page import ask, message_page, reading, render, runtime, transaction
from course.http.rate_limits import HOUR, Limit, daily_and_a_few_more, letter_limits, limited
from course.http.request_sizes import takes_text
from course.http.tokens import Gone, course_delivery_of
from course.journal import reflecting
from course.journal.reflecting import NotWritten
from course.letters.linked_deliveries import LinkedCourseDelivery
from course.models import Reflection, RequestKind
from course.web import drafts
from emails.tokens import Purpose
from sequences.sequence import Lesson

bp = Blueprint("reflections", __name__, url_prefix="/reflect")


@bp.get("/<token>")
def show(token: str) -> str:
    linked, lesson = _opened(token)
    with reading() as db:
        recent = _recent(db, linked)
    return _form(token, linked, lesson, recent.text if recent else "", recent is not None)


@bp.post("/<token>")
@limited(Limit(60, HOUR))
@daily_and_a_few_more(120, Purpose.REFLECT)
@takes_text
def save(token: str) -> Response | tuple[str, int]:
    """Add what was written, or change what this browser wrote within the hour."""
    linked, lesson = _opened(token)
    text, now = request.form.get("text", ""), runtime().now()
    try:
        with transaction() as db:
            if recent := _recent(db, linked):
                reflecting.change(db, recent, text, now)
            else:
                recent = reflecting.reflect(db, linked.delivery, text, now)
            session[_cookie(linked)] = [recent.id, _touched(recent)]
    except NotWritten as error:
        return _form(token, linked, lesson, text, False, {"text": explain(error)}), 422
    return redirect(url_for("reflections.saved", token=token), code=303)


@bp.get("/<token>/saved")
def saved(token: str) -> str:
    """A kind word, and none of theirs."""
    linked, lesson = _opened(token)
    sequence = linked.edition.sequence
    with reading() as db:
        can_change = _recent(db, linked) is not None
    return render(
        "saved.html",
        linked.edition,
        step=sequence.number(lesson.id),
        steps=len(sequence.lessons),
        draft_name=_draft(linked),
        change_url=url_for("reflections.show", token=token) if can_change else None,
        action=url_for("reflections.ask_for_journal", token=token),
    )


@bp.post("/<token>/journal-link")
@letter_limits
def ask_for_journal(token: str) -> str:
    """A link to the journal, to the address the letter went to and to no other."""
    linked = _opened(token)[0]
    ask(RequestKind.JOURNAL, linked.subscriber.address)
    return message_page(
        _("A link is on its way"),
        _("Open the letter within ten minutes: its button opens your journal, once."),
        linked.edition,
    )


def _form(
    token: str,
    linked: LinkedCourseDelivery,
    lesson: Lesson,
    text: str,
    recent: bool,
    errors: dict[str, str] | None = None,
) -> str:
    sequence = linked.edition.sequence
    return render(
        "reflection.html",
        linked.edition,
        lesson=lesson,
        prompt=lesson.prompt_paragraphs,
        step=sequence.number(lesson.id),
        steps=len(sequence.lessons),
        action=url_for("reflections.save", token=token),
        values={"text": text},
        form_errors=errors or {},
        recent=recent,
        draft_name=_draft(linked),
    )


def _opened(token: str) -> tuple[LinkedCourseDelivery, Lesson]:
    """Raises `Tampered`, `Expired`, or `Gone` where the lesson is in the course no longer."""
    with reading() as db:
        found = course_delivery_of(db, token, Purpose.REFLECT)
    lesson = found.edition.sequence.lesson(found.delivery.slot)
    if lesson is None:
        raise Gone
    return found, lesson


def _recent(db: Session, linked: LinkedCourseDelivery) -> Reflection | None:
    match session.get(_cookie(linked)):
        case [int(id_), str(touched)]:
            found = reflecting.find_editable(db, id_, linked.delivery, runtime().now())
            return found if found and _touched(found) == touched else None
    return None


def _touched(reflection: Reflection) -> str:
    return (reflection.edited_at or reflection.written_at).isoformat()


def _draft(linked: LinkedCourseDelivery) -> str:
    return drafts.name(linked.enrollment.id or 0, linked.delivery.slot)


def _cookie(linked: LinkedCourseDelivery) -> str:
    return f"wrote-{linked.enrollment.id}-{linked.delivery.slot}"
