"""The standard library's SMTP client, but for this: a yes is known by its first digit.

RFC 5321, section 4.2: what a client does not know of a code's later digits it takes as x00. The
library waits for 220, 235 and 334, word for word.
"""

import smtplib
from typing import Any


class Speaker(smtplib.SMTP):
    def connect(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        code, words = super().connect(*args, **options)
        return (220 if _is_yes(code) else code), words

    def docmd(self, cmd: str, args: str = "") -> tuple[int, bytes]:
        """STARTTLS, AUTH, and the answers to its challenges."""
        code, words = super().docmd(cmd, args)
        if _is_yes(code):
            return (220 if cmd == "STARTTLS" else 235), words
        return (334 if 300 <= code < 400 else code), words


class EncryptedSpeaker(Speaker, smtplib.SMTP_SSL):
    """With TLS from the beginning."""


def _is_yes(code: int) -> bool:
    return 200 <= code < 300
