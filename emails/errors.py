"""What can go wrong with a letter, named for what the caller should do.

EmailError
├── RenderError        mend the letter or its values
│   └── HeaderError    mend what was to go into a header (a ValueError too)
├── AddressError       ask for another address; the words are for its owner
├── TokenError         do nothing that the link asks
│   ├── Tampered         not ours, or for another purpose
│   └── Expired          ours, and too old: offer a new one
└── TransportError     write down what the server said, and
    ├── Refused          do not send this letter again (5xx)
    ├── Deferred         send it again later (4xx, or no connection)
    ├── Uncertain        it may have been sent: ask the policy of its kind
    └── Withheld         nothing: the caller took it back before it was sent
"""

import re

# RFC 3463: the codes of subject 1 that are about the recipient. 5.1.7 and 5.1.8 are about us.
_BAD_ADDRESS = re.compile(r"5\.1\.(?:1|2|3|6|10)\b")
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")

# Many servers refuse a bad reputation with the same bare 550, so only plain words count.
_NOBODY = re.compile(
    r"\b(?:user|mailbox|recipient|address|account)\b.{0,40}?"
    r"\b(?:unknown|not found|does(?: not|n't) exist|not exist|invalid)\b"
    r"|\b(?:unknown|no such|invalid) (?:\w+ )?(?:user|mailbox|recipient|address|account)\b",
    re.IGNORECASE,
)


class EmailError(Exception):
    """Everything this package raises on purpose."""


class RenderError(EmailError):
    """A letter that can't be made; the words say what to mend."""


class HeaderError(RenderError, ValueError):
    """A value that can't stand in a header."""


class AddressError(EmailError):
    """Not an address that can be written to; the words are for the person who typed it."""


class TokenError(EmailError):
    """A token that opens nothing."""


class Tampered(TokenError):
    """Never signed by us, or signed for another purpose."""


class Expired(TokenError):
    """Signed by us, too long ago."""


class TransportError(EmailError):
    """`code` is the server's SMTP code, None where no server spoke; `words` are its words."""

    def __init__(self, code: int | None, words: str) -> None:
        super().__init__(code, words)
        self.code = code
        self.words = words

    def __str__(self) -> str:
        return self.words if self.code is None else f"{self.code} {self.words}"


class Refused(TransportError):
    """Not taken, and never will be."""

    @property
    def is_about_the_address(self) -> bool:
        """True where the server says that nobody lives there, not that it dislikes the letter."""
        if self.code is None or _ENHANCED.search(self.words):
            return _BAD_ADDRESS.search(self.words) is not None
        return self.code in {550, 551, 553} and _NOBODY.search(self.words) is not None


class Deferred(TransportError):
    """Not taken this time."""


class Uncertain(TransportError):
    """The letter was handed over, and the answer was lost."""


class Withheld(TransportError):
    """Not sent, because the caller took it back: no byte of its end has left."""

    def __init__(self) -> None:
        super().__init__(None, "taken back before it was sent")
