"""A newsletter's own page, and subscribing on it."""

from flask import Blueprint, Response, redirect, request, url_for

from course.http.guard import writes_nothing
from course.http.language import explain
from course.http.language import gettext as _
from course.http.page import ask, belong_to, message_page, parsed_address, reading, render, runtime
from course.http.rate_limits import letter_limits
from course.letters import newsletter_editions
from course.letters.catalogue import NewsletterEdition
from course.letters.newsletter_editions import NoSuchNewsletter
from course.models import RequestKind
from course.web import form_fields, prefill
from course.web.pictures import page_prose
from emails.errors import AddressError

bp = Blueprint("newsletters", __name__, url_prefix="/newsletters/<slug>")


@bp.get("")
def show(slug: str) -> str | Response:
    edition = _edition(slug)
    if typed := prefill.carried():
        return prefill.clear(page(edition, values=typed, carried=True))
    return page(edition)


@bp.post("/sign-ups")
@letter_limits
def sign_up(slug: str) -> Response | tuple[str, int]:
    """Whoever it is, one row is written and the same page comes back."""
    edition = newsletter_editions.open_cached(runtime().engine, slug)
    if edition is None:
        raise NoSuchNewsletter(slug)
    belong_to(edition)
    try:
        to = parsed_address(request.form.get("address", ""))
    except AddressError as error:
        return page(edition, errors={"address": explain(error)}), 422
    if not (request.form.get("website") or writes_nothing()):  # see `landing`
        ask(RequestKind.SIGN_UP, to, **_form(edition))
    return redirect(url_for("newsletters.check_your_mail", slug=slug), code=303)  # type: ignore[return-value]


@bp.get("/check-your-mail")
def check_your_mail(slug: str) -> str:
    edition = _edition(slug)
    return message_page(
        _("Check your inbox"),
        _("A letter is on its way to you. Press the button in it, and you’re in."),
        edition,
        paragraphs=[
            _(
                "Nothing there after ten minutes? Look in your spam folder, or check the address "
                "and ask again."
            ),
        ],
        link=(_("Back to the start"), url_for("newsletters.show", slug=slug)),
    )


def page(
    edition: NewsletterEdition,
    errors: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
    carried: bool = False,
) -> str:
    """The page, with the form as it was filled in."""
    newsletter = edition.newsletter
    return render(
        "newsletter.html",
        edition,
        newsletter=newsletter,
        about_html=page_prose(newsletter.landing, newsletter),
        action=url_for("newsletters.sign_up", slug=newsletter.slug),
        values=values or form_fields.typed(),
        form_errors=errors or {},
        carried=carried,
    )


def _edition(slug: str) -> NewsletterEdition:
    """Of one that takes sign-ups. Raises `NoSuchNewsletter`."""
    with reading() as session:
        edition = newsletter_editions.open_by_slug(session, slug)
    if edition is None:
        raise NoSuchNewsletter(slug)
    belong_to(edition)
    return edition


def _form(edition: NewsletterEdition) -> dict[str, object]:
    """As it was filled in, and what was agreed to."""
    return {
        **form_fields.reader(),
        "newsletter_id": edition.newsletter_id,
        "newsletter_wording": edition.newsletter.landing.consent,
        "place": f"/newsletters/{edition.newsletter.slug}",
    }
