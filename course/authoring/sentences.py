"""Which of the engine's sentences the readers of a course, or of a newsletter, can meet."""

from functools import cache

from course.i18n import messages
from sequences.newsletter import Newsletter
from sequences.sequence import Publication

# How the files begin that speak to those readers alone.
OF_COURSES = (
    "course/i18n/schedules",
    "course/i18n/zones",
    "course/journal/",
    "course/letters/own/already",
    "course/letters/own/confirmation",
    "course/letters/own/journal",
    "course/letters/own/sampler/",
    "course/subscribers/pacing",
    "course/templates/calendar",
    "course/templates/closed",
    "course/templates/confirm.html",
    "course/templates/journal",
    "course/templates/landing",
    "course/templates/lesson",
    "course/templates/pace",
    "course/templates/reflection",
    "course/templates/sampler",
    "course/templates/saved",
    "course/templates/withdrawn",
    "course/web/calendar_file",
    "course/web/journal",
    "course/web/landing",
    "course/web/pace",
    "course/web/reflections",
)
OF_NEWSLETTERS = (
    "course/letters/own/newsletter/",
    "course/templates/confirm_newsletter",
    "course/templates/newsletter",
    "course/web/newsletters",
)


@cache
def sentences() -> dict[str, frozenset[str]]:
    """All that the engine says, and the files that say it."""
    return {
        one.id: frozenset(file for file, _ in one.locations)
        for one in messages.known()
        if one.id and isinstance(one.id, str) and not one.context
    }


def met_by_readers(publication: Publication) -> frozenset[str]:
    never = OF_COURSES if isinstance(publication, Newsletter) else OF_NEWSLETTERS
    return frozenset(
        words
        for words, files in sentences().items()
        if not all(file.startswith(never) for file in files)
    )
