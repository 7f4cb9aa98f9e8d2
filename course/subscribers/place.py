"""Where somebody is in a course, and what comes next."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from course.letters import catalogue, wording
from course.models import Enrollment, EnrollmentState, Subscriber


@dataclass
class Place:
    """An enrollment with all that a change of pace needs."""

    enrollment: Enrollment
    subscriber: Subscriber
    edition: catalogue.Edition

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

    def line(self) -> str:
        """What comes next and when, in one sentence."""
        zone, next_at = self.enrollment.zone, self.enrollment.next_send_at
        match self.enrollment.state:
            case EnrollmentState.PAUSED if next_at is None:
                return "Paused. Nothing comes until you say so."
            case EnrollmentState.PAUSED if next_at is not None:
                return f"Paused. {wording.next_line(next_at, zone)}"
            case EnrollmentState.ACTIVE if next_at is not None:
                what = "next letter" if self.enrollment.done else "first lesson"
                return wording.next_line(next_at, zone, what)
            case EnrollmentState.FINISHED:
                return "That was the last letter of this course."
            case EnrollmentState.LEFT:
                return "You have left. Nothing more comes."
            case _:
                return "The course begins when you press the button in our first letter."


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
