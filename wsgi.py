"""The web process: `gunicorn wsgi:app`."""

import gc
import logging
import sys

from course.app import create_app
from course.config import file_permissions
from course.config.settings import ConfigError
from course.runtime import logs
from course.runtime.process import runtime

# With this exit code of a worker gunicorn gives up, and does not start one after the other.
GIVE_UP = 4

file_permissions.set_umask()
try:
    logs.configure(runtime().settings.log, logging.WARNING)
except ConfigError as error:
    print(error, file=sys.stderr)
    sys.exit(GIVE_UP)

app = create_app()

# What is loaded by now stays to the end. Otherwise every large collection would look through all of
# it again: 150 ms, in which nobody is answered.
gc.collect()
gc.freeze()
