"""The landing page of a course, and signing up on it."""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, request, url_for

from course.http.guard import writes_nothing
from course.http.language import explain
from course.http.language import gettext as _
from course.http.page import (
    ask,
    belong_to,
    home_edition,
    message_page,
    parsed_address,
    reading,
    render,
    runtime,
)
from course.http.rate_limits import letter_limits
from course.i18n import schedules
from course.letters import catalogue, course_states, newsletter_editions
from course.letters.catalogue import Edition
from course.letters.course_states import Withdrawn
from course.models import CourseState, RequestKind
from course.web import form_fields, newsletters, prefill
from course.web.pictures import page_prose
from emails.errors import AddressError
from sequences.newsletter import Newsletter
from sequences.sequence import Sequence

bp = Blueprint("landing", __name__)


@bp.get("/")
def home() -> str:
    with reading() as session:
        edition = home_edition(session)
        newsletter = newsletter_editions.first_open(session) if edition is None else None
    if newsletter is not None:
        return newsletters.page(newsletter)
    if edition is None:
        return message_page(
            _("There is nothing here yet"), _("The author has published no course so far.")
        )
    return _closed(edition, _state(edition)) or landing(edition)


@bp.get("/courses/<slug>")
def course(slug: str) -> str | Response:
    edition = _edition(slug)
    if page := _closed(edition, _state(edition)):
        return page
    if typed := prefill.carried():
        return prefill.clear(landing(edition, values=typed, carried=True))
    return landing(edition)


@bp.post("/courses/<slug>/sign-ups")
@letter_limits
def sign_up(slug: str) -> str | Response | tuple[str, int]:
    """Whoever it is, one row is written and the same page comes back."""
    engine = runtime().engine
    asked = catalogue.by_slug_cached(engine, slug)
    if page := _closed(asked, course_states.state_cached(engine, asked.course_id)):
        return page, HTTPStatus.FORBIDDEN
    try:
        to = parsed_address(request.form.get("address", ""))
    except AddressError as error:
        return landing(_edition(slug), errors={"address": explain(error)}), 422
    # People don't see the field; programs fill it in. They are told what everyone is told, and so
    # is whoever makes up one address of a mailbox after the other.
    if request.form.get("website") or writes_nothing():
        _edition(slug)
    else:
        ask(RequestKind.SIGN_UP, to, **_form(asked))
    return redirect(url_for("landing.check_your_mail", slug=slug), code=303)  # type: ignore[return-value]


@bp.get("/courses/<slug>/check-your-mail")
def check_your_mail(slug: str) -> str:
    edition = _edition(slug)
    return message_page(
        _("Check your inbox"),
        _(
            "A letter is on its way to you. Press the button in it, and the sampler comes right "
            "away."
        )
        if edition.sequence.sampler
        else _("A letter is on its way to you. Press the button in it, and you’re in."),
        edition,
        paragraphs=[
            _(
                "Nothing there after ten minutes? Look in your spam folder, or check the address "
                "and ask again."
            ),
        ],
        link=(_("Back to the start"), url_for("landing.course", slug=slug)),
        laid=0,
        steps=len(edition.sequence.lessons),
    )


def landing(
    edition: Edition,
    errors: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
    carried: bool = False,
) -> str:
    """The page, with the form as it was filled in."""
    sequence = edition.sequence
    belong_to(edition)
    return render(
        "landing.html",
        edition,
        sequence=sequence,
        about_html=page_prose(sequence.landing, sequence),
        schedule_line=_schedule_line(edition),
        action=url_for("landing.sign_up", slug=sequence.slug),
        newsletter=_offered(sequence),
        values=values or form_fields.typed(),
        form_errors=errors or {},
        carried=carried,
    )


def _state(edition: Edition) -> CourseState:
    with reading() as session:
        return course_states.state_of(session, edition.course_id)


def _closed(edition: Edition, state: CourseState) -> str | None:
    """The page that says so; None where it takes new readers. Raises `Withdrawn`."""
    match state:
        case CourseState.WITHDRAWN:
            raise Withdrawn(edition.course_id)
        case CourseState.CLOSED:
            return render("closed.html", edition)
        case _:
            return None


def _edition(slug: str) -> Edition:
    with reading() as session:
        edition = catalogue.by_slug(session, slug)
    belong_to(edition)
    return edition


def _form(edition: Edition) -> dict[str, object]:
    """As it was filled in, and what was agreed to: the newsletter's box has words of its own."""
    landing = edition.sequence.landing
    form = {
        **form_fields.reader(),
        "course_id": edition.course_id,
        "wording": landing.consent,
        "place": f"/courses/{edition.sequence.slug}",
    }
    if landing.newsletter and request.form.get("newsletter") == landing.newsletter:
        newsletter = newsletter_editions.open_cached(runtime().engine, landing.newsletter)
        if newsletter is not None:
            form["newsletter_id"] = newsletter.newsletter_id
            form["newsletter_wording"] = landing.newsletter_consent
    return form


def _offered(sequence: Sequence) -> Newsletter | None:
    """The newsletter that the form offers, if it takes sign-ups."""
    if not sequence.landing.newsletter:
        return None
    with reading() as session:
        edition = newsletter_editions.open_by_slug(session, sequence.landing.newsletter)
    return edition.newsletter if edition else None


def _schedule_line(edition: Edition) -> str:
    """By the visitor's own clock, whichever that is."""
    schedule = edition.sequence.schedule
    return schedules.line(schedule, schedule.window("UTC"), edition.catalog)
