"""A security event, with where it happened and a digest of the network that asked."""

from flask import request

from course.http.page import runtime
from course.http.rate_limits import network
from course.runtime.security_log import Event

__all__ = ["Event", "record"]


def record(event: Event, **ids: str | int | None) -> None:
    log = runtime().security_log
    log.record(event, endpoint=request.endpoint, network=log.digest(network()), **ids)
