"""What fills in a placeholder: a function from one reader's context to a plain value.

Plain values only: a template has no object whose attributes it could read. Which kind of letter may
say what is in kinds.py.
"""

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Seq
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from course.i18n import dates
from course.i18n.catalogs import Catalog
from course.i18n.catalogs import marked as N_
from course.letters.delivery_rows import DeliveryRow
from course.letters.homes import home_url
from course.letters.phrases import catalog_for
from course.models import DeliveryKind
from course.runtime.links import LINKS, Links
from emails import address
from emails.letter.compiling import Value
from emails.letter.pictures import PICTURES_URL
from emails.tokens import Purpose
from sequences.sequence import Publication, Sequence

Quote = dict[str, str]  # the step it was written for, and its text

# Characters: a closing letter gives a few lines of each answer back; all of it is in the journal.
LONGEST_QUOTE = 600


class Context(NamedTuple):
    """What one letter's values are made of, for one reader; its links are signed at `now`.

    `quotes` is what the reader wrote, for the letter that gives it back.
    """

    links: Links
    to: DeliveryRow
    publication: Publication
    now: datetime
    quotes: Seq[Quote] = ()


# A letter of a newsletter has these links in place of a course's.
OF_A_SUBSCRIPTION = {
    Purpose.CONFIRM: Purpose.CONFIRM_NEWSLETTER,
    Purpose.LEAVE_COURSE: Purpose.LEAVE_NEWSLETTER,
    Purpose.PACE: Purpose.PREFERENCES,
}

Maker = Callable[[Context], Value]
Makers = Mapping[str, Maker]  # by the placeholder's name


def url(purpose: Purpose, path: str = "") -> Maker:
    """A link for one reader; `path` follows the token."""
    if purpose in OF_A_SUBSCRIPTION:
        return _url_of_place(purpose, OF_A_SUBSCRIPTION[purpose])
    id_of = attrgetter(LINKS[purpose].id_of)
    return lambda c: c.links.to(purpose, id_of(c.to), c.now) + path


def fixed(value: Value) -> Maker:
    """The same for every reader."""
    return lambda _: value


def leave_url(context: Context) -> Value:
    """It ends what the letter is of. An issue of an enrollment is of before: it ends everything."""
    is_issue = context.to.kind is DeliveryKind.BROADCAST
    return _LEAVE_ALL(context) if is_issue and context.to.enrollment_id else _LEAVE(context)


def next_line(context: Context) -> str:
    """When the next letter comes; empty where nothing is to come."""
    return _comes(context, N_("The next letter comes on %(moment)s."))


def first_line(context: Context) -> str:
    """As `next_line`, of the first lesson: by now it may have gone out."""
    if sequence_of(context).schedule.first_at_once:
        return catalog_for(context.publication).gettext("The first lesson is on its way to you.")
    return _comes(context, N_("The first lesson comes on %(moment)s."))


def prompt(context: Context) -> str:
    lesson = sequence_of(context).lesson(context.to.slot)
    return lesson.prompt.text if lesson and lesson.prompt else ""


def reflections(context: Context) -> list[dict[str, str]]:
    title_of = sequence_of(context).title_of
    return [{"title": title_of(quote["step"]), "text": quote["text"]} for quote in context.quotes]


def sequence_of(context: Context) -> Sequence:
    """The course's. Raises `LookupError` for a newsletter, whose letters have no such maker."""
    if not isinstance(context.publication, Sequence):
        raise LookupError(f"{context.publication.slug} is no course")
    return context.publication


def _url_of_place(enrolled: Purpose, subscribed: Purpose) -> Maker:
    of_subscription = attrgetter(LINKS[subscribed].id_of)

    def made(context: Context) -> Value:
        links, to, now = context.links, context.to, context.now
        if to.enrollment_id is None:
            return links.to(subscribed, of_subscription(to), now)
        return links.to(enrolled, to.enrollment_id, now)

    return made


def _greeting(context: Context) -> str:
    return _salutation(context.to.first_name, catalog_for(context.publication))


def _lesson_title(context: Context) -> str:
    lesson = sequence_of(context).lesson(context.to.slot)
    return lesson.title if lesson else ""


def _step(context: Context) -> int:
    sequence, id_ = sequence_of(context), context.to.slot
    return sequence.number(id_) if sequence.lesson(id_) else 0


def _comes(context: Context, sentence: str) -> str:
    to, catalog = context.to, catalog_for(context.publication)
    return _sentence(to.next_send_at, to.zone, sentence, catalog)


@lru_cache(maxsize=4096)
def _salutation(name: str, catalog: Catalog) -> str:
    """Many readers share a first name."""
    return catalog.gettext("Dear %(name)s,", name=name) if name else catalog.gettext("Hello,")


@lru_cache(maxsize=4096)
def _sentence(at: datetime | None, zone: str, sentence: str, catalog: Catalog) -> str:
    """Many readers of a zone wait for the same hour."""
    return catalog.gettext(sentence, moment=dates.moment(at, zone, catalog)) if at else ""


_LEAVE, _LEAVE_ALL = url(Purpose.LEAVE_COURSE), url(Purpose.LEAVE)

# Every letter may say these.
COMMON: Makers = {
    "greeting": _greeting,
    "first_name": lambda c: c.to.first_name,
    "address": lambda c: address.shown(c.to.address),
    "brand": lambda c: c.publication.brand.name,
    "course_title": lambda c: c.publication.title,
    "home_url": lambda c: home_url(c.links, c.publication),
    "journal_url": lambda c: c.links.journal(),
    "pace_url": url(Purpose.PACE),
    "leave_url": leave_url,
    "view_url": url(Purpose.VIEW),
}

# Every letter has these by itself; no author writes them.
OWN: Makers = {PICTURES_URL: lambda c: c.links.pictures()}

# A letter may say these that is about one lesson: its slot is the lesson's id.
OF_A_LESSON: Makers = {
    "lesson_title": _lesson_title,
    "step": _step,
    "steps": lambda c: len(sequence_of(c).lessons),
    "reflect_url": url(Purpose.REFLECT),
    "next_line": next_line,
}
