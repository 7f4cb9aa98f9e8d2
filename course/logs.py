"""How processes log: lines to read, or a JSON object a line for machines. Ids only.

Nothing of ours logs an address or a token. What libraries say, and the words of an exception, may
hold one; so whatever looks like an address or a link is taken out of every JSON line.
"""

import json
import logging
import os
import re
import socket
from datetime import UTC, datetime

from course import wording
from course.config import LogFormat

# What a log call may add (`extra=`), each by its id.
IDS = ("delivery", "claim", "enrollment", "request", "logbook")

TEXT = "%(asctime)s %(levelname)s %(message)s"

# These don't hand their lines on.
OF_THEIR_OWN = ("gunicorn.error",)

# A link's path may be a token; which machine it leads to may be said.
_LINK = re.compile(r"(https?://[^/\s]+)/\S+")


class JsonLines(logging.Formatter):
    """Time (UTC), level, logger, worker, message; ids and a trace where there are any."""

    def __init__(self) -> None:
        super().__init__()
        self._worker = f"{socket.gethostname()}:{os.getpid()}"

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "worker": self._worker,
            "message": private(record.getMessage()),
        }
        line |= {name: getattr(record, name) for name in IDS if hasattr(record, name)}
        if record.exc_info:
            line["trace"] = private(self.formatException(record.exc_info), "\n")
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(form: LogFormat, level: int) -> None:
    """Log to stderr. What was configured before stays; a second call changes nothing."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter := _formatter(form))
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("rq").setLevel(logging.WARNING)
    if form is LogFormat.JSON:
        for name in OF_THEIR_OWN:
            for other in logging.getLogger(name).handlers:
                other.setFormatter(formatter)


def private(text: str, between: str = " ") -> str:
    """Without addresses, and links without their paths; its lines are put together `between`."""
    lines = _LINK.sub(r"\1/…", text).splitlines()
    return between.join(wording.without_addresses(line) for line in lines)


def _formatter(form: LogFormat) -> logging.Formatter:
    return JsonLines() if form is LogFormat.JSON else logging.Formatter(TEXT)
