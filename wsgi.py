"""The web process: `gunicorn wsgi:app`."""

import gc
import logging

from course import logs, permissions
from course.app import create_app
from course.runtime import runtime

permissions.keep_private()
logs.configure(runtime().settings.log, logging.WARNING)

app = create_app()

# What is loaded by now stays to the end. Otherwise every large collection would look through all of
# it again: 150 ms, in which nobody is answered.
gc.collect()
gc.freeze()
