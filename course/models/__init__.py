"""The tables, one aggregate a file."""

from course.models.author import Author
from course.models.broadcast import Broadcast
from course.models.claim import Claim
from course.models.course import Course, CourseState, Letter, Revision
from course.models.delivery import Delivery, DeliveryKind, DeliveryState
from course.models.enrollment import Enrollment, EnrollmentState
from course.models.erasure import Erasure
from course.models.heartbeat import Heartbeat
from course.models.newsletter import Newsletter
from course.models.picture import Picture, PictureType, RevisionPicture
from course.models.reflection import Reflection
from course.models.request import Request, RequestKind
from course.models.subscriber import Consent, Subscriber, SubscriberState
from course.models.subscription import Subscription, SubscriptionState
from course.models.suppression import Suppression, SuppressionReason
from course.models.tally import Tally
from course.models.throttle import Throttle
from course.models.time_shift import TimeShift

__all__ = [
    "Author",
    "Broadcast",
    "Claim",
    "Consent",
    "Course",
    "CourseState",
    "Delivery",
    "DeliveryKind",
    "DeliveryState",
    "Enrollment",
    "EnrollmentState",
    "Erasure",
    "Heartbeat",
    "Letter",
    "Newsletter",
    "Picture",
    "PictureType",
    "Reflection",
    "Request",
    "RequestKind",
    "Revision",
    "RevisionPicture",
    "Subscriber",
    "SubscriberState",
    "Subscription",
    "SubscriptionState",
    "Suppression",
    "SuppressionReason",
    "Tally",
    "Throttle",
    "TimeShift",
]
