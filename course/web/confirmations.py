"""Confirming: the link shows a button, the button confirms."""

from contextlib import suppress

from flask import Blueprint, url_for
from sqlmodel import Session

from course.http import security_events
from course.http.language import gettext as _
from course.http.page import belong_to, message_page, reading, render, runtime, transaction
from course.http.rate_limits import daily
from course.http.security_events import Event
from course.http.tokens import Gone, issued_at, linked_as_old, place_of, read_any
from course.letters import course_states, newsletter_editions
from course.letters.catalogue import AnyEdition
from course.outbox.orders import Enqueuer
from course.subscribers import confirming, enrolling, subscribing
from course.subscribers.consents import Outdated
from course.subscribers.place import NewsletterPlace, Place, find_newsletter_place
from emails.tokens import Purpose

Answer = str | tuple[str, int]

bp = Blueprint("confirmations", __name__, url_prefix="/confirm")

CONFIRMING = (Purpose.CONFIRM, Purpose.CONFIRM_NEWSLETTER)


@bp.get("/<token>")
def show(token: str) -> Answer:
    purpose, id_ = read_any(token, CONFIRMING)
    return _newsletter(token, id_) if purpose is Purpose.CONFIRM_NEWSLETTER else _course(token)


@bp.post("/<token>")
@daily(12, *CONFIRMING)
def confirm(token: str) -> Answer:
    purpose, id_ = read_any(token, CONFIRMING)
    with suppress(Outdated), transaction() as session:
        enqueuer, now = Enqueuer(runtime().settings.mail_domain), runtime().now()
        issued = issued_at(token)
        if not confirming.confirm_by_link(session, enqueuer, purpose, id_, now, issued):
            raise Gone
    runtime().bell.pull()
    return show(token)


def _course(token: str) -> Answer:
    """With the newsletters that were asked for at the same form."""
    with reading() as session:
        place, issued = place_of(session, token, Purpose.CONFIRM), issued_at(token)
        course_states.require_given(session, place.enrollment.course_id)
        outdated = enrolling.is_outdated(session, place.enrollment, issued)
        newsletters = _asked_with(session, place, token)
    if outdated:
        return _outdated(place.edition, "landing.course", enrollment=place.enrollment.id)
    if place.enrollment.state not in enrolling.UNCONFIRMED and not newsletters:
        return _confirmed(place, token)
    return render(
        "confirm.html",
        place.edition,
        has_sampler=place.edition.sequence.sampler is not None,
        steps=len(place.edition.sequence.lessons),
        first_line=place.first_line(runtime().now()),
        newsletters=newsletters,
        action=url_for("confirmations.confirm", token=token),
    )


def _asked_with(session: Session, place: Place, token: str) -> list[str]:
    """The titles of the newsletters that the button confirms besides."""
    asked = subscribing.asked_with(session, place.enrollment, issued_at(token))
    found = [newsletter_editions.current(session, one.newsletter_id) for one in asked]
    return [edition.newsletter.title for edition in found]


def _newsletter(token: str, subscription_id: int) -> Answer:
    with reading() as session:
        place = find_newsletter_place(session, subscription_id)
    if place is None:
        raise Gone
    belong_to(place.edition)
    if subscribing.is_outdated(place.subscription, issued_at(token)):
        return _outdated(place.edition, "newsletters.show", subscription=subscription_id)
    if subscribing.is_active(place.subscription):
        return _subscribed(place, token)
    action = url_for("confirmations.confirm", token=token)
    return render("confirm_newsletter.html", place.edition, action=action)


def _outdated(edition: AnyEdition, endpoint: str, **ids: int | None) -> Answer:
    security_events.record(Event.TOKEN_REFUSED, reason="outdated", **ids)
    return message_page(
        _("This link is from before you left"),
        _(
            "You’ve left since then, so nothing was changed. If you’d like to come back, sign up "
            "again: the letter that follows lets you back in."
        ),
        edition,
        link=(_("Back to the start"), url_for(endpoint, slug=edition.publication.slug)),
    ), 410


def _confirmed(place: Place, token: str) -> str:
    sampler = place.edition.sequence.sampler
    on_its_way = (
        _("On its way to your inbox: %(sampler)s", sampler=sampler.title)
        if sampler
        else _("A first letter is on its way to your inbox.")
    )
    pace = linked_as_old(token, Purpose.PACE, place.enrollment.id or 0)
    return message_page(
        _("It’s good to have you here"),
        on_its_way,
        place.edition,
        paragraphs=[place.line(runtime().now())],
        link=(_("Choose another day or time"), pace) if pace else None,
        laid=place.lessons_done,
        steps=len(place.edition.sequence.lessons),
    )


def _subscribed(place: NewsletterPlace, token: str) -> str:
    newsletter = place.edition.newsletter
    choices = linked_as_old(token, Purpose.PREFERENCES, place.subscriber.id or 0)
    return message_page(
        _("You’re subscribed"),
        _("The next issue of %(title)s comes to your inbox.", title=newsletter.title),
        place.edition,
        paragraphs=[_("You can unsubscribe from any issue with one click.")],
        link=(_("See all you get from us"), choices) if choices else None,
    )
