"""Where somebody is in a course, and what comes next; or in a newsletter."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from course.i18n import dates, schedules
from course.i18n.catalogs import Catalog
from course.letters import catalogue, newsletter_editions
from course.models import Enrollment, EnrollmentState, Subscriber, Subscription
from sequences.progress import first_send_at


@dataclass
class Place:
    """An enrollment with all that a change of pace needs."""

    enrollment: Enrollment
    subscriber: Subscriber
    edition: catalogue.Edition

    @property
    def catalog(self) -> Catalog:
        """The language of the course."""
        return self.edition.catalog

    @property
    def next_step(self) -> str | None:
        return self.edition.sequence.next_step(self.enrollment.done)

    @property
    def next_title(self) -> str:
        step = self.next_step
        return self.edition.sequence.title_of(step) if step else ""

    @property
    def lessons_done(self) -> int:
        return sum(lesson.id in self.enrollment.done for lesson in self.edition.sequence.lessons)

    def line(self, now: datetime) -> str:
        """What comes next and when, in a sentence or two."""
        catalog, next_at = self.catalog, self.enrollment.next_send_at
        when = dates.moment(next_at, self.enrollment.zone, catalog) if next_at else ""
        match self.enrollment.state:
            case EnrollmentState.PAUSED if not when:
                return catalog.gettext("You’re on pause. Nothing comes until you resume.")
            case EnrollmentState.PAUSED:
                return catalog.gettext(
                    "You’re on pause. The next letter comes on %(moment)s.", moment=when
                )
            case EnrollmentState.ACTIVE if next_at is not None and next_at <= now:
                return catalog.gettext("The next letter is on its way.")
            case EnrollmentState.ACTIVE if when and self.enrollment.done:
                return catalog.gettext("The next letter comes on %(moment)s.", moment=when)
            case EnrollmentState.ACTIVE if when:
                return catalog.gettext("The first lesson comes on %(moment)s.", moment=when)
            case EnrollmentState.FINISHED:
                return catalog.gettext("That was the last letter of this course.")
            case EnrollmentState.LEFT:
                return catalog.gettext("You’ve left. Nothing more comes.")
            case _:
                return catalog.gettext(
                    "The course begins when you press the button in our first letter."
                )

    def first_line(self, now: datetime) -> str:
        """When the first lesson would come, if it was confirmed now."""
        schedule, window = self.edition.sequence.schedule, self.edition.window(self.enrollment)
        if schedule.first_at_once:
            first = self.catalog.gettext("The first lesson comes right away.")
            return f"{first} {schedules.line(schedule, window, self.catalog)}"
        at = first_send_at(schedule, now, window)
        when = dates.moment(at, self.enrollment.zone, self.catalog)
        return self.catalog.gettext("The first lesson comes on %(moment)s.", moment=when)


@dataclass
class NewsletterPlace:
    """A subscription, and what its pages need."""

    subscription: Subscription
    subscriber: Subscriber
    edition: catalogue.NewsletterEdition


def find_newsletter_place(session: Session, subscription_id: int) -> NewsletterPlace | None:
    """None where the subscription was erased."""
    subscription = session.get(Subscription, subscription_id)
    if subscription is None:
        return None
    subscriber = session.get_one(Subscriber, subscription.subscriber_id)
    edition = newsletter_editions.current(session, subscription.newsletter_id)
    return NewsletterPlace(subscription, subscriber, edition)


def find_place(session: Session, enrollment_id: int) -> Place | None:
    """None where the enrollment was erased."""
    found = session.exec(
        select(Enrollment, Subscriber)
        .join(Subscriber, col(Subscriber.id) == Enrollment.subscriber_id)
        .where(Enrollment.id == enrollment_id)
    ).one_or_none()
    if found is None:
        return None
    enrollment, subscriber = found
    return Place(enrollment, subscriber, catalogue.current(session, enrollment.course_id))


def edition_for(session: Session, subscriber_id: int) -> catalogue.AnyEdition | None:
    """The course whose letters bring what is of none, or else the newsletter; None without either.

    It is the first that they have confirmed (`send_key` in `course/journal/access.py`).
    """
    course_id = session.exec(
        select(Enrollment.course_id)
        .where(Enrollment.subscriber_id == subscriber_id)
        .order_by(col(Enrollment.state) == EnrollmentState.PENDING, col(Enrollment.id))
    ).first()
    try:
        if course_id is not None:
            return catalogue.current(session, course_id)
        return _newsletter_for(session, subscriber_id)
    except LookupError:
        return None


def _newsletter_for(session: Session, subscriber_id: int) -> catalogue.NewsletterEdition | None:
    """Raises `NoSuchNewsletter`."""
    newsletter_id = session.exec(
        select(Subscription.newsletter_id)
        .where(Subscription.subscriber_id == subscriber_id)
        .order_by(col(Subscription.id))
    ).first()
    return newsletter_editions.current(session, newsletter_id) if newsletter_id else None
