"""Logging of all processes: text lines, or a JSON object a line. Ids only.

python-json-logger would do the JSON (`JsonLines` is twenty lines), but not what it is for: both
formats redact the message and the trace, which a library's formatter would print as they are.

Nothing of ours logs an address or a token. What libraries say, and the words of an exception, may
hold one; so whatever looks like an address, a link or a token is taken out of every line.
"""

import json
import logging
import os
import socket
from datetime import UTC, datetime

from course.config.settings import LogFormat
from course.runtime.redaction import redact

# What a log call may add (`extra=`), each by its id.
IDS = ("delivery", "claim", "enrollment", "request", "claim_token", "event")

# One line for each event, in every process: the web server's are few otherwise.
SECURITY = "letterpath.security"

# These don't hand their lines on.
OF_THEIR_OWN = ("gunicorn.error",)


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
            "message": redact(record.getMessage()),
        }
        line |= {name: getattr(record, name) for name in IDS if hasattr(record, name)}
        line |= getattr(record, "ids", {})
        if record.exc_info:
            line["trace"] = redact(self.formatException(record.exc_info), "\n")
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """Time (UTC), level and message; a trace below where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = f"{time} {record.levelname} {redact(record.getMessage())}"
        if not record.exc_info:
            return line
        # Indented: the words of an exception could begin as a line of ours does.
        return line + "\n  " + redact(self.formatException(record.exc_info), "\n  ")


def configure(form: LogFormat, level: int) -> None:
    """Log to stderr. What was configured before stays; a second call changes nothing."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter := _formatter(form))
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("rq").setLevel(logging.WARNING)
    logging.getLogger(SECURITY).setLevel(logging.INFO)
    for name in OF_THEIR_OWN:
        for other in logging.getLogger(name).handlers:
            other.setFormatter(formatter)


def _formatter(form: LogFormat) -> logging.Formatter:
    return JsonLines() if form is LogFormat.JSON else TextLines()
