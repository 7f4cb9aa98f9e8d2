"""What our cookies are called, and how a session is signed."""

import hashlib

from flask.sessions import SecureCookieSessionInterface


class Sessions(SecureCookieSessionInterface):
    """With HMAC-SHA-256: Flask's own takes SHA-1."""

    digest_method = staticmethod(hashlib.sha256)


def named(name: str, secure: bool) -> str:
    """Over https no other host and no plain http can set one of that name (RFC 6265bis, 4.1.3.2).

    A browser takes it only with `Secure`, `Path=/` and no domain.
    """
    return f"__Host-{name}" if secure else name
