"""Allowed `Host` headers: the base URL's own, and those of one's own machine and network.

A page elsewhere whose name was made to lead to this machine (DNS rebinding) could otherwise read
what a developer's browser may: all letters, in development.
"""

import re

from flask import Flask, abort, current_app, request

from course.config import hosts
from course.http.language import gettext as _

_PORT = re.compile(r":\d*$")


def register(app: Flask, base_url: str) -> None:
    app.config["OWN_HOST"] = hosts.host_of(base_url)
    app.before_request(check)


def check() -> None:
    """Probes ask by whatever name or address they have."""
    if request.blueprint == "probes":
        return
    host = _PORT.sub("", request.host).strip("[]").rstrip(".").lower()
    if host != current_app.config["OWN_HOST"] and not hosts.is_own_address(host):
        abort(400, _("This site goes by another name. Open the link in your letter again."))
