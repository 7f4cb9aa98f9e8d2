"""Imported once, by the process that all mortal workers and mail servers are forked from.

What these import is imported then. MORTAL_REHEARSALS are environments, each a line of JSON, whose
work is done here, so that the statements of each kind of database are compiled.
"""

import gc
import json
import os

from course.config.loader import load
from course.runtime.process import build
from tests.faults import mortal
from tests.support import compiled_once


def rehearse(environment: dict[str, str]) -> None:
    own = dict(os.environ)
    os.environ.update(environment)
    parts = build(load())
    os.environ.clear()
    os.environ.update(own)
    mortal.work(parts)
    parts.engine.dispose()
    compiled_once.keep_statements(parts.engine)


for line in os.environ.pop("MORTAL_REHEARSALS", "").splitlines():
    rehearse(json.loads(line))

# What is here for good is not looked through in every child, whose copy of it that would make.
gc.collect()
gc.freeze()
