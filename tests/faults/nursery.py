"""The process that mortal workers and mail servers are forked from."""

import json
import multiprocessing
import os
from multiprocessing import forkserver

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.faults.rehearsal"])


def begin(rehearsals: list[dict[str, str]]) -> None:
    """Of the environments of scenes that there is something to do in, one for each database."""
    os.environ["MORTAL_REHEARSALS"] = "\n".join(map(json.dumps, rehearsals))
    forkserver.ensure_running()
    del os.environ["MORTAL_REHEARSALS"]
