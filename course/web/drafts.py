"""What a draft is called that a browser keeps: by its lesson and this browser's session.

Without its link, so nobody can open anything with what is found there; and whoever opens the same
lesson in a later session, on a computer that many use, is not shown it.
"""

import hashlib
import hmac
import secrets

from flask import current_app, session

_NONCE = "drafts"


def name(enrollment_id: int, lesson_id: str) -> str:
    nonce = session.setdefault(_NONCE, secrets.token_urlsafe(16))
    key = str(current_app.config["SECRET_KEY"]).encode()
    message = f"draft\0{nonce}\0{enrollment_id}\0{lesson_id}"
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()[:24]


def new_session() -> None:
    """A session in which nothing is open, and drafts are still found."""
    nonce = session.get(_NONCE)
    session.clear()
    if nonce is not None:
        session[_NONCE] = nonce
