"""The web process: `gunicorn wsgi:app`."""

import logging

from course import logs
from course.app import create_app
from course.runtime import runtime

logs.configure(runtime().settings.log, logging.WARNING)

app = create_app()
