"""The public pages, one file per resource. A route parses, calls one verb, answers."""

from flask import Flask

from course.http import errors, headers
from course.http.page import template_context
from course.web import (
    brand,
    confirmations,
    embedding,
    erasures,
    journal,
    landing,
    letters,
    mailbox,
    newsletters,
    pace,
    pictures,
    preferences,
    probes,
    reflections,
    sampler,
    unsubscribing,
)

PAGES = (
    brand,
    confirmations,
    embedding,
    erasures,
    journal,
    landing,
    unsubscribing,
    letters,
    newsletters,
    pace,
    pictures,
    preferences,
    probes,
    reflections,
    sampler,
)


def register(app: Flask, in_development: bool) -> None:
    """All public pages; the mailbox only where letters go to a folder of one's own."""
    for resource in PAGES:
        app.register_blueprint(resource.bp)
    if in_development:
        app.register_blueprint(mailbox.bp)
    app.context_processor(template_context)
    errors.register(app)
    headers.register(app)
