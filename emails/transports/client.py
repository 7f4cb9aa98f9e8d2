"""The standard library's SMTP client, which here takes any 2xx for a yes and any 3xx for "go on".

RFC 5321, section 4.2: of a reply code whose later digits a client does not know, the first digit
counts. `smtplib` waits for exactly 220, 235 and 334.
"""

import smtplib
from typing import Any


class SmtpClient(smtplib.SMTP):
    def connect(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        code, words = super().connect(*args, **options)
        return (220 if _is_yes(code) else code), words

    def docmd(self, cmd: str, args: str = "") -> tuple[int, bytes]:
        """STARTTLS, AUTH, and the answers to its challenges."""
        code, words = super().docmd(cmd, args)
        if _is_yes(code):
            return (220 if cmd == "STARTTLS" else 235), words
        return (334 if 300 <= code < 400 else code), words


class SmtpTlsClient(SmtpClient, smtplib.SMTP_SSL):
    """With TLS from the first byte."""


def _is_yes(code: int) -> bool:
    return 200 <= code < 300
