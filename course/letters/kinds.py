"""What is true of each kind of letter."""

from course.models import DeliveryKind

# The letters that are not a lesson, by the kind of delivery they are.
LETTER_KEYS = {
    DeliveryKind.CONFIRMATION: "confirmation",
    DeliveryKind.ALREADY: "already",
    DeliveryKind.SAMPLER: "welcome",
    DeliveryKind.NUDGE: "nudge",
    DeliveryKind.CLOSING: "closing",
    DeliveryKind.JOURNAL: "journal",
    DeliveryKind.ERASURE: "erasure",
}
