"""What our cookies are called, and how a session is signed."""

import hashlib

import itsdangerous
from flask.sessions import SecureCookieSessionInterface

# For what itsdangerous signs beside the session.
SIGNER = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}

# Flask-WTF signs a form's token with whatever is the default, which is SHA-1.
itsdangerous.Signer.default_digest_method = staticmethod(hashlib.sha256)


class Sessions(SecureCookieSessionInterface):
    """With HMAC-SHA-256: Flask's own takes SHA-1."""

    digest_method = staticmethod(hashlib.sha256)


def named(name: str, secure: bool, path: str = "/") -> str:
    """Over https no other host and no plain http can set one of that name (RFC 6265bis, 4.1.3.2).

    A browser takes `__Host-` only with `Secure`, `Path=/` and no domain. Below a path the site
    shares its host with others, which are not to get our cookies: `__Secure-` may have a path.
    """
    prefix = "__Host-" if path == "/" else "__Secure-"
    return f"{prefix}{name}" if secure else name
