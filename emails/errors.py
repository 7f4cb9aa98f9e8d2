"""What can go wrong with a letter, named for what the caller should do.

EmailError
├── RenderError        mend the letter or its values
│   ├── HeaderError      mend what was to go into a header (a ValueError too)
│   └── TooLarge         shorten it
├── AddressError       ask for another address; the words are for its owner
├── TokenError         do nothing that the link asks
│   ├── Tampered         not ours, or for another purpose
│   └── Expired          ours, and too old: offer a new one
└── TransportError     write down what the server said, and
    ├── Refused          do not send this letter again (5xx)
    ├── Deferred         send it again later (4xx, or the connection broke)
    │   └── Unreachable    no server to speak with: the letter is as it was, ask for it later
    ├── Uncertain        it may have been sent: ask the policy of its kind
    └── Withheld         nothing: the caller took it back before it was sent
"""

from emails.printable import printable
from emails.reply_codes import About, Classification, Disposition, Scope, classify


class EmailError(Exception):
    """Everything this package raises on purpose."""


class RenderError(EmailError):
    """A letter that can't be made; the words say what to mend. `line` of its text, from 1."""

    def __init__(self, words: str, line: int | None = None) -> None:
        super().__init__(words)
        self.line = line


class HeaderError(RenderError, ValueError):
    """A value that can't stand in a header."""


class TooLarge(RenderError):
    """A message beyond what mail programs show whole; `excess` is in bytes."""

    def __init__(self, size: int, most: int) -> None:
        super().__init__(f"the message has {size} bytes, and {most} is the most")
        self.excess = size - most


class AddressError(EmailError):
    """Not an address that can be written to; the words are for the person who typed it.

    `values` stand in `sentence` by their names, as it may be said in another language.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values)
        self.sentence, self.values = sentence, values


class TokenError(EmailError):
    """A token that opens nothing."""


class Tampered(TokenError):
    """Never signed by us, or signed for another purpose."""


class Expired(TokenError):
    """Signed by us, too long ago."""


class TransportError(EmailError):
    """`code` is the server's SMTP code, None where no server spoke; `words` are its words.

    They end in logs, at terminals and on pages, whoever wrote them: one printable line.
    """

    def __init__(self, code: int | None, words: str) -> None:
        self.code = code
        self.words = printable(words)
        super().__init__(code, self.words)

    def __str__(self) -> str:
        return self.words if self.code is None else f"{self.code} {self.words}"

    @property
    def about(self) -> About:
        """What the server speaks of."""
        return self._classified().about

    def _classified(self) -> Classification:
        return classify(self.code or 0, self.words)


class Refused(TransportError):
    """Not taken, and never will be."""

    @property
    def is_about_the_address(self) -> bool:
        """True where the server says that nobody lives there, not that it dislikes the letter."""
        found = self._classified()
        return found.disposition is Disposition.REFUSED and found.about is About.ADDRESS


class Deferred(TransportError):
    """Not taken this time. `of_us`: whatever its words, it was said before any reader was named."""

    def __init__(self, code: int | None, words: str, of_us: bool = False) -> None:
        super().__init__(code, words)
        self._of_us = of_us

    @property
    def scope(self) -> Scope:
        """Who has to wait: this recipient, all of its domain, or every letter for this server."""
        return Scope.SERVER if self._of_us else self._classified().scope

    @property
    def is_about_us(self) -> bool:
        """A server said it, and of no letter: its own trouble, or what it wants of us first."""
        return self.code is not None and self.scope is Scope.SERVER


class Unreachable(Deferred):
    """No connection, no TLS, no login: it is about the server or the settings, not the letter."""


class Uncertain(TransportError):
    """The letter was handed over, and the answer was lost."""


class Withheld(TransportError):
    """Not sent, because the caller took it back: no byte of its end has left."""

    def __init__(self) -> None:
        super().__init__(None, "taken back before it was sent")
