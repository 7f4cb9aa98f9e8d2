"""A letter in the browser, and the calendar invitation that one of them offers."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, request, url_for
from markupsafe import Markup

from course.http.forms import Errors, weekday_and_hour
from course.http.language import said
from course.http.page import reading, render, runtime, written_in
from course.http.tokens import course_delivery_of, delivery_of
from course.i18n import dates
from course.letters import texts
from course.letters.kinds import KINDS
from course.letters.linked_deliveries import LinkedCourseDelivery, LinkedDelivery
from course.models import DeliveryKind
from course.newsletters import announcing
from course.web.calendar_file import calendar_file
from course.web.pictures import page_prose
from emails.letter import compiling
from emails.letter.compiling import CompiledLetter, Value, line_template
from emails.tokens import Purpose
from sequences.pattern import Pattern
from sequences.schedule import Window, known_zone, next_send_at
from sequences.sequence import Lesson, LetterText, Sequence

bp = Blueprint("letters", __name__, url_prefix="/letters")


@bp.get("/<token>")
def show(token: str) -> str:
    """The same text as a page of ours. It never shows what the reader has written."""
    linked = _linked(token)
    if not KINDS[linked.delivery.kind].shown_in_browser:
        abort(404)
    # The page's links are as old as the letter's: new ones would make each other new for ever.
    then = linked.delivery.sent_at or linked.delivery.created_at
    values = linked.values(runtime().links, then)
    if letter := _text(linked):
        return _letter(linked, letter, values)
    published = linked.edition.publication
    lesson = published.lesson(linked.delivery.slot) if isinstance(published, Sequence) else None
    if lesson is None:
        abort(404)
    return _lesson(linked, lesson, values)


@bp.get("/<token>/calendar")
def calendar(token: str) -> str:
    """Which evening? A form whose answer is a file, so nothing is kept."""
    linked = _of_course(token)
    return _evening(token, linked, _proposed(linked.edition.window(linked.enrollment)))


@bp.get("/<token>/calendar.ics")
def invitation(token: str) -> Response | tuple[str, int]:
    """A weekly evening in the reader's own zone (RFC 5545)."""
    linked = _of_course(token)
    weekday, at, errors = weekday_and_hour(request.args)
    if errors:
        values = {name: request.args.get(name, "") for name in ("weekday", "at")}
        return _evening(token, linked, values, errors), 422
    window = Window(Pattern(frozenset({weekday})), at, known_zone(linked.enrollment.zone))
    now = runtime().now()
    starts_at = next_send_at(now, timedelta(0), window).astimezone(ZoneInfo(window.zone))
    uid = f"weekly-{linked.delivery.id}@{runtime().settings.mail_domain}"
    file = calendar_file(linked.edition, linked.delivery.slot, starts_at, uid, now)
    answer = Response(file, mimetype="text/calendar")
    name = f"{linked.edition.sequence.slug}.ics"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _proposed(window: Window) -> dict[str, str]:
    """When their letters come: the first of the days, or that on which the next date falls."""
    zone = ZoneInfo(window.zone)
    opens = next_send_at(runtime().now(), timedelta(0), window).astimezone(zone)
    weekday = min(window.pattern.days, default=opens.weekday())
    return {"weekday": str(weekday), "at": f"{window.at:%H:%M}"}


def _evening(
    token: str, linked: LinkedCourseDelivery, values: dict[str, str], errors: Errors | None = None
) -> str:
    return render(
        "calendar.html",
        linked.edition,
        values=values,
        form_errors=said(errors or {}),
        weekdays=dates.weekdays(linked.edition.catalog),
        action=url_for("letters.invitation", token=token),
    )


def _text(linked: LinkedDelivery) -> LetterText | None:
    """Of a letter that is no lesson."""
    if linked.delivery.kind is DeliveryKind.BROADCAST:
        with reading() as session:
            return announcing.source_of(session, linked.delivery.letter_id)
    name = KINDS[linked.delivery.kind].letter
    return texts.letter_text(linked.edition.publication, name) if name else None


def _letter(linked: LinkedDelivery, letter: LetterText, values: dict[str, Value]) -> str:
    return render(
        "letter.html",
        linked.edition,
        button_label=letter.button,
        button_url=values.get(letter.link) if letter.link else None,
        written_in=written_in(texts.language_of(linked.edition.publication, letter.id)),
        **_filled_in(linked, letter, values),
    )


def _lesson(linked: LinkedDelivery, lesson: Lesson, values: dict[str, Value]) -> str:
    names = ("step", "steps", "reflect_url", "pace_url")
    return render(
        "lesson.html",
        linked.edition,
        prompt=lesson.prompt_paragraphs,
        calendar_url=values["calendar_url"] if lesson.calendar else None,
        **{name: values[name] for name in names},
        **_filled_in(linked, lesson, values),
    )


def _filled_in(
    linked: LinkedDelivery, source: Lesson | LetterText, values: dict[str, Value]
) -> dict[str, Any]:
    """Title, first line and body with this reader's values."""
    html = str(page_prose(source, linked.edition.publication))
    title, preview = line_template(source.title), line_template(source.preview)
    filled = compiling.render(CompiledLetter(title, html, preview), values)
    body = Markup(filled.html)  # noqa: S704  escaped by the letter's own renderer
    return {"title": filled.subject, "preview": filled.text, "body_html": body}


def _of_course(token: str) -> LinkedCourseDelivery:
    with reading() as session:
        return course_delivery_of(session, token, Purpose.VIEW)


def _linked(token: str) -> LinkedDelivery:
    with reading() as session:
        return delivery_of(session, token, Purpose.VIEW)
