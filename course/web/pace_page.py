"""The pace page's context: an enrollment as plain values, and the forms' addresses."""

from typing import Any

from flask import url_for

from course.http.page import reading, render, runtime
from course.i18n import dates, schedules, zones
from course.models import EnrollmentState
from course.subscribers import resubscribing, subscribing
from course.subscribers.place import NewsletterPlace, Place
from sequences.schedule import known_zone

ENDPOINTS = (
    "pause",
    "resumption",
    "schedule",
    "next_letter",
    "skip",
    "restart",
    "newsletters",
    "departure",
    "erasure",
)


def pace_page(
    token: str,
    place: Place,
    notice: str | None = None,
    errors: dict[str, str] | None = None,
    values: dict[str, Any] | None = None,
) -> str:
    urls = {name: url_for(f"pace.{name}", token=token) for name in ENDPOINTS}
    urls["journal"] = url_for("journal.link_form")
    with reading() as session:
        newsletters = resubscribing.newsletters_of(session, place)
    return render(
        "pace.html",
        place.edition,
        pace=_pace_of(place, newsletters),
        schedule=_schedule_of(place),
        zones=zones.by_region(place.catalog),
        urls=urls,
        notice=notice,
        form_errors=errors or {},
        values={**_values_of(place), **(values or {})},
    )


def _pace_of(place: Place, newsletters: list[NewsletterPlace]) -> dict[str, Any]:
    """What the page shows of an enrollment: plain values."""
    enrollment = place.enrollment
    until = enrollment.paused_until
    return {
        "state": _state(enrollment.state),
        "line": place.line(runtime().now()),
        "step": place.lessons_done,
        "steps": len(place.edition.sequence.lessons),
        "next_step": place.next_step,
        "next_title": place.next_title,
        "newsletters": [
            {
                "id": one.subscription.newsletter_id,
                "title": one.edition.newsletter.title,
                "active": subscribing.is_active(one.subscription),
            }
            for one in newsletters
        ],
        "paused_until": dates.day(until, enrollment.zone, place.catalog) if until else None,
    }


def _schedule_of(place: Place) -> dict[str, Any]:
    """When letters come, in words; the days to choose from, and how many of them at most."""
    enrollment, course = place.enrollment, place.edition.sequence.schedule
    catalog = place.catalog
    own = enrollment.days is not None or enrollment.at is not None
    courses_own = course.window(known_zone(enrollment.zone))
    return {
        "line": schedules.line(course, place.edition.window(enrollment), catalog),
        "course_line": schedules.line(course, courses_own, catalog) if own else None,
        "weekdays": dates.weekdays(catalog),
        "most_days": course.most_days,
        "first_at_once": course.first_at_once,
    }


def _values_of(place: Place) -> dict[str, Any]:
    """What the form is filled in with."""
    window = place.edition.window(place.enrollment)
    return {
        "days": [str(day) for day in sorted(window.pattern.days)],
        "at": f"{window.at:%H:%M}",
        "zone": window.zone,
        "until": "",
    }


def _state(state: EnrollmentState) -> str:
    return "waiting" if state is EnrollmentState.PENDING else str(state.value)
