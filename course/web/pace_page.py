"""The pace page's context: an enrollment as plain values, and the forms' addresses."""

from typing import Any

from flask import url_for

from course.http.page import render
from course.letters import wording
from course.models import EnrollmentState
from course.subscribers.place import Place
from sequences.schedule import known_zone, zone_names

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
    values: dict[str, str] | None = None,
) -> str:
    urls = {name: url_for(f"pace.{name}", token=token) for name in ENDPOINTS}
    urls["journal"] = url_for("journal.link_form")
    shown = _pace_of(place)
    return render(
        "pace.html",
        place.edition,
        pace=shown,
        zones=sorted(zone_names()),
        urls=urls,
        notice=notice,
        form_errors=errors or {},
        values={
            "weekday": str(shown["day"]),
            "at": shown["at"],
            "zone": shown["zone"],
            "until": "",
            **(values or {}),
        },
    )


def _pace_of(place: Place) -> dict[str, Any]:
    """What the page shows of an enrollment: plain values."""
    enrollment, subscriber = place.enrollment, place.subscriber
    window = place.edition.window(enrollment)
    until = enrollment.paused_until
    return {
        "state": _state(enrollment.state),
        "line": place.line(),
        "step": place.lessons_done,
        "steps": len(place.edition.sequence.lessons),
        "next_step": place.next_step,
        "next_title": place.next_title,
        "day": min(window.days),
        "at": f"{window.at:%H:%M}",
        "zone": known_zone(enrollment.zone),
        "newsletters": subscriber.newsletters,
        "paused_until": wording.day(until, enrollment.zone) if until else None,
    }


def _state(state: EnrollmentState) -> str:
    return "waiting" if state is EnrollmentState.PENDING else str(state.value)
